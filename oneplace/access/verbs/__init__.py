"""What people do about access, by thing; the only modules of the room that write."""

from oneplace.access.verbs.agreements import (
    keep_agreements_in_step,
    keep_owners_in_step,
    own_by_hand,
)
from oneplace.access.verbs.choices import (
    Told,
    end_authority,
    end_choice,
    override_choice,
    record_authority,
    record_choice,
    record_told,
    review_override,
)
from oneplace.access.verbs.clients import (
    ClientRefused,
    Credentials,
    Issued,
    add_client,
    issue_token,
    revoke_client,
)
from oneplace.access.verbs.hats import (
    change_hat,
    end_hat,
    give_hat,
    keep_hats_in_step,
    wear_hat,
)
from oneplace.access.verbs.invitations import (
    accept_invitation,
    invite_colleague,
    resend_invitation,
    withdraw_invitation,
)
from oneplace.access.verbs.kept import (
    KeptRelationships,
    WantedRelationship,
    keep_relationships,
)
from oneplace.access.verbs.leavers import close_due_leavers, record_leaver, take_back_leaver
from oneplace.access.verbs.people import (
    bring_in_organisations,
    bring_in_people,
    record_demo_people,
)
from oneplace.access.verbs.relationships import end_relationship, open_relationship
from oneplace.access.verbs.sessions import (
    admit_from_provider,
    end_session,
    forget_old_guesses,
    machine_now,
    move_clock,
    note_failed_second_step,
    note_failed_sign_in,
    note_sign_in,
    note_sign_in_change,
    note_walk_in,
    sign_out_everywhere,
)

__all__ = [
    "ClientRefused",
    "Credentials",
    "Issued",
    "KeptRelationships",
    "Told",
    "WantedRelationship",
    "accept_invitation",
    "add_client",
    "admit_from_provider",
    "bring_in_organisations",
    "bring_in_people",
    "change_hat",
    "close_due_leavers",
    "end_authority",
    "end_choice",
    "end_hat",
    "end_relationship",
    "end_session",
    "forget_old_guesses",
    "give_hat",
    "invite_colleague",
    "issue_token",
    "keep_agreements_in_step",
    "keep_hats_in_step",
    "keep_owners_in_step",
    "keep_relationships",
    "machine_now",
    "move_clock",
    "note_failed_second_step",
    "note_failed_sign_in",
    "note_sign_in",
    "note_sign_in_change",
    "note_walk_in",
    "open_relationship",
    "override_choice",
    "own_by_hand",
    "record_authority",
    "record_choice",
    "record_demo_people",
    "record_leaver",
    "record_told",
    "resend_invitation",
    "review_override",
    "revoke_client",
    "sign_out_everywhere",
    "take_back_leaver",
    "wear_hat",
    "withdraw_invitation",
]
