"""Terms of a person: who they are, how to reach them, and whether two records are one person."""

from oneplace.vocabulary.terms.term import Term


class Gender(Term):
    """A person's stated gender, as the NHS Data Dictionary lists it."""

    FEMALE = "female", "Female"
    MALE = "male", "Male"
    INDETERMINATE = "indeterminate", "Indeterminate"
    NOT_STATED = "not_stated", "Not stated"
    NOT_KNOWN = "not_known", "Not known"


class EthnicCategory(Term):
    """Ethnic category by the 2001 census codes the NHS still exchanges (NHS Data Dictionary)."""

    WHITE_BRITISH = "A", "White British"
    WHITE_IRISH = "B", "White Irish"
    WHITE_OTHER = "C", "Any other White background"
    MIXED_CARIBBEAN = "D", "White and Black Caribbean"
    MIXED_AFRICAN = "E", "White and Black African"
    MIXED_ASIAN = "F", "White and Asian"
    MIXED_OTHER = "G", "Any other mixed background"
    INDIAN = "H", "Indian"
    PAKISTANI = "J", "Pakistani"
    BANGLADESHI = "K", "Bangladeshi"
    ASIAN_OTHER = "L", "Any other Asian background"
    BLACK_CARIBBEAN = "M", "Black Caribbean"
    BLACK_AFRICAN = "N", "Black African"
    BLACK_OTHER = "P", "Any other Black background"
    CHINESE = "R", "Chinese"
    OTHER = "S", "Any other ethnic group"
    NOT_STATED = "Z", "Not stated"
    NOT_KNOWN = "99", "Not known"


class ContactMethod(Term):
    """How a person prefers to be reached."""

    LETTER = "letter", "Letter"
    VISIT = "visit", "Visit"
    TELEPHONE = "telephone", "Telephone"
    TEXT = "text", "Text message"
    EMAIL = "email", "Email"
    THROUGH_SOMEONE = "through_someone", "Through somebody they named"
    SIGN_LANGUAGE = "sign_language", "Sign language"


class TieKind(Term):
    """What somebody is to a person in their own life."""

    PARTNER = "partner", "Husband, wife or partner"
    CHILD = "child", "Son or daughter"
    PARENT = "parent", "Parent"
    SIBLING = "sibling", "Brother or sister"
    OTHER_RELATIVE = "other_relative", "Other relative"
    FRIEND = "friend", "Friend"
    NEIGHBOUR = "neighbour", "Neighbour"
    UNPAID_CARER = "unpaid_carer", "Unpaid carer"
    KEY_HOLDER = "key_holder", "Key holder"
    NEXT_OF_KIN = "next_of_kin", "Next of kin"


class LivingArrangement(Term):
    """With whom and where a person lives."""

    ALONE = "alone", "Alone"
    WITH_PARTNER = "with_partner", "With a partner"
    WITH_FAMILY = "with_family", "With family"
    SHARED_HOUSE = "shared_house", "In a shared house"
    SUPPORTED_HOUSING = "supported_housing", "In supported housing"
    CARE_HOME = "care_home", "In a care home"
    NO_FIXED_ADDRESS = "no_fixed_address", "No fixed address"


class SameOrDifferent(Term):
    """What a reader decides about two records that may be one person."""

    SAME = "same", "The same person"
    DIFFERENT = "different", "Two people"
    UNSURE = "unsure", "Not sure"


class NhsNumberStatus(Term):
    """How far an NHS number has been verified against the national register."""

    VERIFIED = "verified", "Present and verified"
    PRESENT_NOT_TRACED = "present_not_traced", "Present, not traced"
    TRACE_REQUIRED = "trace_required", "Trace required"
    NO_MATCH = "no_match", "Traced, no match"
    SEVERAL_MATCHES = "several_matches", "Traced, several matches"
    MISSING = "missing", "Missing"
