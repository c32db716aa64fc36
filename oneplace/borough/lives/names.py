"""Pools of names, from which invented people, streets, practices and groups are named.

Given names follow generation and culture because matching has to cope with what is really shared:
common names, short forms, sons named after fathers. All lists are our own, of everyday names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from oneplace.borough.lives.moments import Array


def _words(text: str) -> list[str]:
    """The words of a text, one name each."""
    return text.split()


_ENGLISH_FAMILY = """Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Wright Walker
White Edwards Green Hall Wood Harris Lewis Martin Jackson Clarke Clark Turner Hill Cooper Morris
Moore Ward King Baker Harrison Morgan Allen James Scott Phillips Watson Davis Parker Bennett Young
Price Griffiths Mitchell Kelly Cook Carter Richardson Bailey Collins Bell Shaw Murphy Miller Cox
Marshall Simpson Anderson Adams Wilkinson Ellis Foster Rose Chapman Mason Powell Lloyd Webb Gibson
Rogers Palmer Hunt Mills Holmes Grant Stevens Fisher Barnes Knight Butler Russell Reynolds Pearson
Payne Gray Elliott Graham Fox Hughes Thompson Robinson Roberts Evans Thomas Hart Lane Page Cole
West Cross Day Lamb Frost Snow Marsh Pope Nash Bishop Dean Ford Bird Finch Sparrow Hawkins Perry
Saunders Barker Dixon Harvey Lawrence Matthews Porter Spencer Stone Wells Webster Burton Gilbert
Fuller Goodwin Hammond Holland Hopkins Hudson Newman Norman Osborne Parsons Potter Read Reeves
Rowe Sharp Short Skinner Sutton Swift Tucker Vincent Walsh Warren Watts Weaver Winter Yates"""
_FAMILY_STARTS = """Ash Black Brad Brook Burn Cald Charl Clay Cran Dal Ever Fair Farn Good Gran Hal
Hart Hazel Hether Horn Kem Lang Lin Mel Mid Nor Oak Pem Pen Rad Ros Rush Sed Shel Stan Stock Thorn
Wake Wal Wex Whit Win Wood Wy"""
_FAMILY_ENDS = (
    "bourne bury by combe cott croft den field ford ham land ley man more ridge ton wood worth"
)
_IRISH_FAMILY = """Murphy Kelly O'Sullivan Walsh O'Brien Byrne Ryan O'Connor O'Neill O'Reilly Doyle
McCarthy Gallagher Doherty Kennedy Lynch Murray Quinn Moore McLoughlin Carroll Connolly Daly Nolan
Kavanagh Farrell Brennan Burke Collins Fitzgerald"""
_EUROPEAN_FAMILY = """Nowak Kowalski Wisniewska Kaminski Lewandowska Zielinski Wojcik Mazur Popescu
Ionescu Dumitru Stan Radu Silva Santos Ferreira Pereira Costa Rossi Ferrari Bianchi Garcia Martinez
Fernandez Petrov Ivanova Dimitrov Kovacs Nagy Papadopoulos Georgiou Schmidt Muller Dubois Moreau"""
_CARIBBEAN_FAMILY = """Clarke Campbell Brown Williams Gordon Morgan Reid Grant Bailey Francis Henry
Lewis Joseph Charles Thomas Edwards Stewart Morrison Blake Palmer Richards Samuels Powell Daley
Bryan Dixon Facey Gayle Hylton Johnson McKenzie Pinnock Rowe Simms Thompson Wallace Whyte Wright
Barrett Beckford Burrell Christie Cummings Dacosta Douglas Ellington Forbes Fraser Graham Harriott
Hibbert Lindo Lawes Manning Mullings Nembhard Ottey Parchment Ricketts Sterling Tulloch Walters"""
_AFRICAN_FAMILY = """Adeyemi Okafor Mensah Owusu Boateng Okonkwo Adebayo Afolabi Eze Nwosu Balogun
Osei Asante Appiah Agyeman Amoah Antwi Bello Chukwu Danso Ezeh Ibrahim Kamara Koroma Lawal Musa
Nkrumah Obi Ogunleye Okoro Oladipo Olawale Onyeka Opoku Sesay Tetteh Udo Yeboah Abebe Tesfaye
Hassan Mohamed Warsame Mutasa Moyo Dlamini Kimani Otieno Nakato Mukasa"""
_INDIAN_FAMILY = """Patel Shah Singh Kaur Sharma Kumar Mehta Desai Gupta Joshi Gandhi Trivedi Parmar
Solanki Rana Chauhan Bhatt Modi Amin Lad Nair Menon Pillai Reddy Rao Iyer Verma Kapoor Malhotra
Chopra Bhatia Gill Dhillon Sandhu Bains"""
_TAMIL_FAMILY = """Sivakumar Rajan Selvan Kandiah Nadarajah Thambi Ratnam Balasingam Jeyaraj
Kumaran Mahendran Navaratnam Paramesh Ponniah Sritharan Suresh Tharma Vigneswaran Yogan Perera
Fernando Silva Wickrama Jayasuriya Gurung Rai Thapa Santos Reyes Cruz Bautista Nguyen Tran Ahmadi"""
_PAKISTANI_FAMILY = """Khan Ahmed Hussain Malik Iqbal Mahmood Akhtar Begum Bibi Mirza Butt Chaudhry
Qureshi Sheikh Siddiqui Raza Shah Javed Aslam Nawaz Rashid Anwar Farooq Baig Dar Rehman"""
_BANGLADESHI_FAMILY = """Begum Ali Miah Uddin Rahman Ahmed Hussain Islam Choudhury Khatun Khanom
Hoque Sultana Chowdhury Alam Karim Akter Haque"""
_CHINESE_FAMILY = """Wong Chan Li Chen Lee Wang Zhang Liu Lam Cheung Ng Ho Yeung Leung Tang Lau Chow
Wu Huang Lin Xu Zhao"""
_ARAB_FAMILY = """Ali Hassan Mohamed Ahmed Ibrahim Hussein Saleh Mansour Haddad Khoury Nasser Farah
Rahimi Hosseini Karimi Rostami Yilmaz Kaya Demir Haidari"""

FAMILY_NAMES: Final[Mapping[str, Sequence[str]]] = {
    "english": [
        *_ENGLISH_FAMILY.split(),
        *(start + end for end in _FAMILY_ENDS.split() for start in _FAMILY_STARTS.split()),
    ],
    "irish": _IRISH_FAMILY.split(),
    "european": _EUROPEAN_FAMILY.split(),
    "caribbean": _CARIBBEAN_FAMILY.split(),
    "african": _AFRICAN_FAMILY.split(),
    "indian": _INDIAN_FAMILY.split(),
    "tamil": _TAMIL_FAMILY.split(),
    "pakistani": _PAKISTANI_FAMILY.split(),
    "bangladeshi": _BANGLADESHI_FAMILY.split(),
    "chinese": _CHINESE_FAMILY.split(),
    "arab": _ARAB_FAMILY.split(),
}

_OLD_WOMEN = """Margaret Joan Dorothy Doris Jean Patricia Sheila Barbara Joyce Audrey Betty Eileen
Beryl Irene Pamela Maureen Kathleen Edna Hilda Vera Sylvia June Rita Shirley Brenda Marjorie Gladys
Winifred Ethel Elsie Ivy Doreen Beatrice Norma Hazel Pauline Ann Valerie Gillian Marion"""
_OLD_MEN = """John William George Ronald Kenneth Dennis Peter Derek Raymond Albert Leonard Stanley
Frederick Arthur Harold Ernest Eric Norman Alan Brian Roy Gordon Douglas Thomas James Robert Charles
Reginald Sidney Walter Alfred Cyril Donald Edward Geoffrey Michael Anthony David Keith Victor"""
_MIDDLE_WOMEN = """Susan Linda Christine Carol Jane Julie Karen Jacqueline Deborah Tracey Sharon
Helen Sarah Nicola Joanne Lisa Michelle Alison Amanda Samantha Angela Wendy Lorraine Claire Emma
Rachel Rebecca Victoria Louise Catherine Elizabeth Mary Teresa Donna Dawn Paula Kelly Gemma"""
_MIDDLE_MEN = """David Paul Andrew Mark John Michael Stephen Ian Robert Richard Christopher Kevin
Gary Simon Anthony Martin Darren Lee Jason Matthew James Daniel Neil Craig Stuart Philip Steven
Peter Colin Nigel Graham Wayne Adrian Dean Carl Barry Keith Trevor Russell Adam"""
_YOUNG_WOMEN = """Emily Jessica Chloe Sophie Olivia Amelia Isla Ava Mia Grace Lily Ella Freya Poppy
Charlotte Lucy Hannah Megan Lauren Katie Holly Bethany Georgia Molly Amy Abigail Ellie Ruby Daisy
Evie Florence Alice Phoebe Zoe Jasmine Isabella Scarlett Maisie Willow Elsie"""
_YOUNG_MEN = """Oliver Jack Harry George Noah Charlie Jacob Alfie Freddie Oscar Leo Thomas James
William Joshua Daniel Samuel Joseph Max Ethan Archie Henry Benjamin Luke Callum Ryan Liam Connor
Jake Lewis Harvey Theo Arthur Toby Dylan Logan Mason Finley Reuben Louis"""

_SHARED_POOLS = {
    "irish": (
        """Bridget Kathleen Maureen Noreen Eileen Siobhan Aoife Niamh Orla Sinead Mary Margaret Nora
        Deirdre Grainne Roisin Ciara Breda Josephine Theresa""",
        """Patrick Michael Sean Liam Brendan Declan Kevin Eamon Cormac Padraig Dermot Donal Thomas
        John Joseph Gerard Colm Fergus Aidan Niall""",
    ),
    "european": (
        """Anna Maria Katarzyna Magdalena Ewa Agnieszka Elena Ioana Andreea Ana Lucia Carmen Sofia
        Giulia Francesca Chiara Ivana Petra Zsofia Eleni""",
        """Piotr Jan Tomasz Pawel Krzysztof Andrei Mihai Ion Joao Miguel Carlos Antonio Marco Luca
        Giovanni Ivan Nikola Georgi Laszlo Dimitris""",
    ),
    "caribbean": (
        """Beverley Marcia Sonia Yvonne Paulette Claudette Hyacinth Merlene Gloria Icilda Verna
        Sandra Joyce Dorothy Pearl Myrtle Carlene Jennifer Michelle Natasha Keisha Shanice Jade
        Tiana Aaliyah Cynthia Olive Una Enid Vivienne""",
        """Winston Desmond Errol Trevor Leroy Delroy Carlton Clive Neville Vincent Lloyd Rupert
        Cedric Everton Devon Marlon Andre Jermaine Tyrone Jordan Malachi Isaiah Cecil Alvin Roy
        Egbert Horace Linton Oswald Barrington""",
    ),
    "african": (
        """Ama Abena Akosua Efua Adwoa Ngozi Chioma Adaeze Ifeoma Folake Yetunde Funmi Blessing
        Grace Comfort Mercy Patience Fatima Aisha Hawa Mariam Amina Zainab Esther Ruth Tendai""",
        """Kwame Kofi Kwabena Yaw Kojo Emeka Chidi Obinna Tunde Femi Babatunde Segun Samuel
        Emmanuel Daniel Joseph Ibrahim Musa Abdul Mohamed Ahmed Solomon Isaac Tafadzwa Peter""",
    ),
    "indian": (
        """Hansa Kokila Pushpa Nirmala Savita Sunita Meena Anjali Priya Kavita Neha Pooja Rekha Usha
        Asha Lata Shanta Jaya Manjula Bhavna Nisha Harpreet Simran Gurpreet Jaswinder Diya""",
        """Ramesh Suresh Dinesh Mahesh Rajesh Kishor Bharat Ashok Vijay Anil Sunil Nikhil Amit Rohan
        Arjun Harish Jayesh Mukesh Pravin Chandra Gurdeep Harjit Baljit Manpreet Aarav Dev""",
    ),
    "tamil": (
        """Lakshmi Saraswathi Kamala Vasantha Malar Sharmila Thushara Nalini Rani Devi Kumari Mala
        Gowri Maya Rosa Maria Luz Mai Linh Sita""",
        """Siva Kumar Ravi Mohan Ganesh Nathan Krishna Suren Prakash Rajiv Bala Selva Anton Nimal
        Chandran Jose Ramon Minh Hari Bishnu""",
    ),
    "pakistani": (
        """Nasreen Shazia Rukhsana Parveen Farzana Samina Saima Ayesha Fatima Zara Maryam Sana Hina
        Nadia Amina Khadija Zainab Shabana Tahira Noreen""",
        """Mohammed Muhammad Imran Asif Tariq Khalid Nadeem Shahid Zafar Bilal Usman Hamza Ali Omar
        Hassan Adnan Faisal Saeed Javed Yusuf""",
    ),
    "bangladeshi": (
        """Rahima Fatema Salma Nasima Shirin Rina Jahanara Sultana Tahmina Nazma Ruksana Anika
        Sadia Rabeya Hasina Momtaz""",
        """Abdul Mohammed Rafiq Shafiq Kamal Jamal Anwar Faruk Habib Nurul Rahim Tariq Mahbub Sajid
        Rashed Imran""",
    ),
    "chinese": (
        """Mei Ling Ying Xiu Hua Li Fang Yan Jing Wei Suk Wai Grace Amy Michelle Kar""",
        """Wei Ming Jun Hao Chi Kin Wing Tak Yiu Kwok Jian Lei David Kevin Raymond Henry""",
    ),
    "arab": (
        """Fatima Leila Mariam Noor Huda Samira Amal Yasmin Zahra Shirin Parisa Nasrin Ayse Elif
        Hanan Salma""",
        """Ahmed Mohamed Ali Omar Khaled Hassan Youssef Mahmoud Karim Samir Reza Hossein Mehmet
        Mustafa Ibrahim Tarek""",
    ),
}

GIVEN_NAMES: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "english_old": {"female": _OLD_WOMEN.split(), "male": _OLD_MEN.split()},
    "english_middle": {"female": _MIDDLE_WOMEN.split(), "male": _MIDDLE_MEN.split()},
    "english_young": {"female": _YOUNG_WOMEN.split(), "male": _YOUNG_MEN.split()},
    **{
        culture: {"female": women.split(), "male": men.split()}
        for culture, (women, men) in _SHARED_POOLS.items()
    },
}

SHORT_FORMS: Final[Mapping[str, str]] = dict(
    pair.split(":")
    for pair in [
        "Margaret:Peggy",
        "Dorothy:Dot",
        "Patricia:Pat",
        "Barbara:Babs",
        "Kathleen:Kath",
        "Pamela:Pam",
        "Maureen:Mo",
        "Winifred:Win",
        "Beatrice:Bea",
        "Jacqueline:Jackie",
        "Valerie:Val",
        "Gillian:Gill",
        "William:Bill",
        "Ronald:Ron",
        "Kenneth:Ken",
        "Dennis:Den",
        "Raymond:Ray",
        "Albert:Bert",
        "Leonard:Len",
        "Stanley:Stan",
        "Frederick:Fred",
        "Harold:Harry",
        "Ernest:Ernie",
        "Norman:Norm",
        "Thomas:Tom",
        "James:Jim",
        "Robert:Bob",
        "Charles:Charlie",
        "Reginald:Reg",
        "Sidney:Sid",
        "Walter:Wally",
        "Alfred:Alf",
        "Donald:Don",
        "Edward:Ted",
        "Geoffrey:Geoff",
        "Michael:Mick",
        "Anthony:Tony",
        "David:Dave",
        "Victor:Vic",
        "Susan:Sue",
        "Linda:Lin",
        "Christine:Chris",
        "Deborah:Debbie",
        "Tracey:Trace",
        "Sharon:Shaz",
        "Nicola:Nicky",
        "Joanne:Jo",
        "Michelle:Shell",
        "Alison:Ali",
        "Amanda:Mandy",
        "Samantha:Sam",
        "Angela:Angie",
        "Rebecca:Becky",
        "Victoria:Vicky",
        "Catherine:Cathy",
        "Elizabeth:Liz",
        "Teresa:Terry",
        "Melanie:Mel",
        "Andrew:Andy",
        "Stephen:Steve",
        "Steven:Steve",
        "Richard:Rick",
        "Christopher:Chris",
        "Kevin:Kev",
        "Gary:Gaz",
        "Matthew:Matt",
        "Daniel:Dan",
        "Philip:Phil",
        "Trevor:Trev",
        "Russell:Russ",
        "Jessica:Jess",
        "Olivia:Liv",
        "Charlotte:Lottie",
        "Bethany:Beth",
        "Abigail:Abi",
        "Isabella:Bella",
        "Benjamin:Ben",
        "Samuel:Sam",
        "Joseph:Joe",
        "Joshua:Josh",
        "Jacob:Jake",
        "Oliver:Olly",
        "Harvey:Harv",
        "Desmond:Des",
        "Delroy:Del",
        "Vincent:Vin",
        "Beverley:Bev",
        "Emmanuel:Manny",
        "Solomon:Sol",
        "Josephine:Josie",
        "Patrick:Paddy",
        "Theresa:Terry",
        "Gerard:Ger",
        "Mohammed:Mo",
        "Muhammad:Mo",
        "Mohamed:Mo",
        "Katarzyna:Kasia",
        "Magdalena:Magda",
        "Agnieszka:Aga",
        "Krzysztof:Kris",
        "Florence:Flo",
        "Alexander:Alex",
    ]
)
"""What people are called, by their registered name."""

_STREET_FIRST = """Larkspur Candlewick Tamarisk Bellwether Quince Harebell Foxglove Medlar Sorrel
Juniper Linnet Wren Plover Dunnock Siskin Fieldfare Teasel Bramling Codlin Costard Russet Pippin
Damson Greengage Saffron Chandler Cooper Fletcher Thatcher Wheelwright Saddler Weaver Tanner
Lamplighter Milliner Cobbler Turnstile Windlass Capstan Mainsail Halyard Barleycorn Harvest
Gleaner Haywain Sickle Dovecote Pepperpot Inkwell Quill Almanac Sundial Weathercock Lantern
Gasholder Foundry Bellfounder Claypit Brickfield Whiting Chalkdown Flint Greensand Marlpit
Hopfield Oasthouse Tollgate Fingerpost Milestone Drover Packhorse Longmeadow Shortacre Sixpenny
Farthing Groat Ninepin Skittle Hopscotch Marigold Primula Campion Speedwell Yarrow Tansy Lovage
Chervil Burnet Hyssop Verbena Woodruff Betony Comfrey Borage Angelica"""
_STREET_LAST = "Road Street Avenue Close Lane Gardens Way Crescent Grove Drive Walk Terrace Rise"

STREETS: Final[Sequence[str]] = [
    f"{first} {last}" for last in _STREET_LAST.split() for first in _STREET_FIRST.split()
]
"""Invented streets: about 1,400."""

HOME_NAMES: Final[Sequence[str]] = _words("""Larkspur Tamarisk Quince Harebell Medlar Juniper
Linnet Plover Siskin Fieldfare Teasel Codlin Russet Damson Saffron Dovecote Sundial Lantern Marigold
Primula Campion Speedwell Yarrow Tansy Lovage Burnet Hyssop Verbena Woodruff Betony Comfrey Borage
Angelica Bellwether Candlewick Foxglove Sorrel Wren Dunnock Pippin Greengage Chandler Barleycorn
Gleaner""")

HOME_KINDS: Final = ("House", "Lodge", "Court", "Grange", "Manor House", "View")

WORKING_FAMILY_NAMES: Final[Sequence[str]] = [
    "Abbott",
    "Adeyemi",
    "Ahmed",
    "Asante",
    "Bains",
    "Begum",
    "Bennett",
    "Boateng",
    "Byrne",
    "Campbell",
    "Chan",
    "Chauhan",
    "Clarke",
    "Costa",
    "Daley",
    "Dhillon",
    "Doyle",
    "Eze",
    "Ferreira",
    "Fraser",
    "Garcia",
    "Gill",
    "Gordon",
    "Grant",
    "Harriott",
    "Hassan",
    "Hughes",
    "Hussain",
    "Ibrahim",
    "Iyer",
    "Joseph",
    "Kamara",
    "Kaur",
    "Kelly",
    "Khan",
    "Kowalski",
    "Lewis",
    "Malik",
    "Mensah",
    "Mirza",
    "Morgan",
    "Nair",
    "Nowak",
    "O'Brien",
    "Obi",
    "Okafor",
    "Osei",
    "Owusu",
    "Patel",
    "Pereira",
    "Perera",
    "Popescu",
    "Quinn",
    "Rahman",
    "Rao",
    "Reid",
    "Ricketts",
    "Rossi",
    "Santos",
    "Shah",
    "Sharma",
    "Silva",
    "Singh",
    "Sivakumar",
    "Stewart",
    "Thapa",
    "Thomas",
    "Tran",
    "Walsh",
    "Whyte",
    "Wong",
    "Wright",
    "Yeboah",
    "Young",
    "Zielinski",
]

GROUP_NAMES: Final[Sequence[str]] = (
    "Neighbourly", "Evergreen", "Lantern", "Kindred", "Open Door", "Harbour", "Bramble",
    "Second Spring", "Corner House", "Green Finger", "Silver Bridge", "Common Thread",
    "Good Company", "Rainbow", "Sunrise", "Kettle", "Hearth", "Beacon", "Willow", "Anchor",
    "Patchwork", "Compass", "Bluebell", "Acorn", "Robin", "Kingfisher", "Stepping Stone",
    "Friendly Faces", "Helping Hand", "Full Circle", "Garden Gate", "Well Met", "Two Chairs",
)  # fmt: skip
"""First words of invented groups."""


def zipf_weights(count: int) -> Array:
    """Weights of a list in order of commonness: a few names are very common, most are rare."""
    return 1.0 / (np.arange(count) + 12.0)
