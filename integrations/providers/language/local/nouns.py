"""Which words of a conversation are nouns, by closed lists, endings and the words around them; for `topics`.

There is no tagger on board: a determiner or preposition before a word and a verb after it speak for a noun,
a subject before it or an object after it for a verb, a copula before it for an adjective.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from integrations.providers.language.local import words as vocabulary

LONGEST = 3
_BREAKS = re.compile(r"[,.?!;:()\"“”–—…]")
_WORD = re.compile(r"[^\W_][\w'’-]*")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DETERMINERS = _words("the our my your their his her its this these those that")
_COUNTS = _words(
    """a an no any some every each both all many few more most enough two three four five six another
    other new old main final next last first second same whole good great real big small"""
)
_PREPOSITIONS = _words("of for with about from on in at by into over between without against per under")
_SUBJECTS = _words("i we you he she they who it there let's let not to please don't didn't doesn't")
_SUBJECTS |= _words("can could will would shall should may might must can't won't couldn't wouldn't")
_COPULAS = _words("is are was were be been being am very so too really more most quite rather as it's that's")
_FOLLOWERS = _words("is are was were has have had will would can could should must does did and or but to")
_FOLLOWERS |= _words("for of in on at with from by because if when than as before after until that which who")
_OBJECTS = _words("the a an our my your their his her its me us him them it this these those every each")
_STANDING_IN = _words(
    """thing things people person team idea ideas problem problems issue issues point question questions
    option options day days week weeks month time times meeting meetings item group one ones cost costs
    price budget plan work list report number numbers"""
)
"""Kept nouns: what stands before them is their attribute."""
_NO_TOPICS = _words(
    """
    kind sort bit lot lots loads load stuff whole sense case cases part parts side rest half line couple
    amount amounts number numbers course moment way ways view views example examples word words person
    guy guys folks sir madam man woman men women lady ladies friend friends name names place places piece
    pieces fact facts end start middle top bottom front step steps reason result results role turn chance
    sign cheers congratulations welcome goodbye bunch pair deal fun luck god goodness hell damn heck
    noon midnight midday weekend weekends today tonight spring summer autumn fall winter january february
    march april june july august september october november december century decade past future present
    once twice third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
    fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth zero seven eight nine ten
    eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty
    sixty seventy eighty ninety hundred hundreds thousand thousands million millions billion dozen dozens
    double triple single second seconds o'clock gonna wanna gotta cannot
    far able easy different interesting little big small long longer short high higher low lower old main
    simple real own true stupid absolute awful lovely amazing wild fancy weird funny silly crazy strange
    normal usual original obvious proper full empty open closed free busy dry wet warm cold hot cool dark
    light heavy thin thick wide narrow deep fast slow quick early late young strong weak hard soft rich
    poor safe cheap huge tiny giant loud quiet clean dirty fresh raw sweet sad angry tired sorry glad
    afraid alone alive dead ill sick aware similar regular particular popular familiar separate complete
    exact extra super basic plain pretty likely lonely friendly ugly bigger smaller better worse easier
    harder faster slower bright blue red green yellow black white grey gray brown pink orange purple
    conventional physical whatever whatevers somehow somewhere anywhere everywhere together almost nearly
    around already else ever such instead apart away ahead across along behind below above beyond
    somewhat itself himself herself themselves myself yourself ourselves upstairs
    downstairs outside inside abroad regarding according unless till
    gone gets getting got coming came went doing having making being using looking thinking trying taking
    putting seems seemed feels turned happened happens happen found called calls named saw seen heard hear
    listen gave given shown spoke spoken wait waiting stop stopped hold hope hoping love loved liked likes
    hate sounds sounded sound bought sold brought caught taught fought sat stood lost won paid met led ran
    run grew drew drove flew threw wore broke chose fell felt told kept meant built sent spent began
    become became imagine pretend guess allowed involved supposed interested married born done says
    worth due yours hers theirs ours mine totally excuse mm mm-hmm mhm uh-huh yup nope wow hey huh aha
    """
)
_ADVERB = re.compile(r"ly$")
_LY_NOUNS = _words("family assembly supply reply anomaly butterfly monopoly fly jelly belly rally ally")
_ADJECTIVE = re.compile(r"(?:ous|ful|ive|able|ible|less|ish|ical|ional|ary|est|ic|ed|n't)$")
_ADJECTIVE_LIKE_NOUNS = _words(
    """
    archive drive hive dive perspective motive alternative incentive initiative objective executive
    representative native directive cable table vegetable variable constable archives drives
    finish dish fish wish polish dictionary library diary salary summary secretary glossary boundary
    test request forest guest harvest interest invest contest quest chest nest rest west priest
    music topic traffic fabric logic graphic metric clinic public mechanic statistic critic comic panic
    picnic epidemic basic ceramic arithmetic plastic feed seed need speed bed shed breed weed deed embed
    mouthful handful national professional vertical bus
    """
)
_NOUN = re.compile(r"(?:tion|sion|ment|ness|ity|ship|ance|ence|ism|tions|sions|ments|ities)$")


@dataclass(frozen=True)
class Run:
    """Topical words in a row, as spoken, between two words of grammar or marks."""

    words: tuple[str, ...]
    before: str
    """The word of grammar before it in lower case; empty at a mark, and after a verb that was cut off."""
    after: str

    @property
    def lower(self) -> tuple[str, ...]:
        return tuple(word.lower() for word in self.words)

    @property
    def determined(self) -> bool:
        return self.before in _DETERMINERS or self.before in ("a", "an")

    @property
    def is_attribute(self) -> bool:
        return self.after in _STANDING_IN


class Nouns:
    """The evidence that a conversation gives for each of its words, collected once."""

    def __init__(self, runs: Iterable[tuple[Run, str | None]]) -> None:
        self._for: Counter[str] = Counter()
        self._against: Counter[str] = Counter()
        for run, verb in runs:
            if verb:
                self._against[stem(verb)] += 2
            if run.words:
                self._weigh(run)

    def contains(self, word: str) -> bool:
        """Whether a word in lower case stands for a thing here, and more often than for something else."""
        root = stem(word)
        bonus = 2 if _NOUN.search(word) else 0
        return self._for[root] + bonus >= 2 and self._for[root] + bonus > self._against[root]

    def _weigh(self, run: Run) -> None:
        head, lone = run.lower[-1], len(run.words) == 1
        has_object = run.after in _OBJECTS and not (lone and run.determined)
        if has_object or (lone and run.before in _COPULAS):
            self._against[stem(head)] += 2
        elif not run.is_attribute and _speaks_for(run):
            self._for[stem(head)] += 2 if lone or not run.after or run.after in _FOLLOWERS else 1


def _speaks_for(run: Run) -> bool:
    if run.determined or run.before in _COUNTS:
        return True
    head = run.lower[-1]
    if head.endswith("ing"):
        return False
    subject = not run.before and run.after in ("is", "are", "was", "were", "has", "have", "will", "can")
    return subject or run.before in _PREPOSITIONS or (head.endswith("s") and not run.before)


def stem(word: str) -> str:
    """Singular and plural alike: `invoices` -> `invoice`, `batches` -> `batch`, `parties` -> `party`."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if re.search(r"(?:ch|sh|x|ss)es$", word):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def may_name(word: str) -> bool:
    """Whether a topical word in lower case may be all of a topic: no adjective, adverb, time or amount."""
    return (
        word not in _NO_TOPICS
        and (not _ADJECTIVE.search(word) or word in _ADJECTIVE_LIKE_NOUNS)
        and "'" not in word
        and not re.match(r"\d", word)
    )


def runs(text: str) -> Iterator[tuple[Run, str | None]]:
    """The runs of topical words in a sentence, each with the verb that a subject before it cut off."""
    for piece in _BREAKS.split(text):
        run: list[str] = []
        before = ""
        for word in [*(token.replace("’", "'") for token in _WORD.findall(piece)), ""]:
            if word and _joins(word.lower()):
                run.append(word)
                continue
            if run:
                yield _cut(run, before, word.lower())
            run, before = [], word.lower()


def _joins(word: str) -> bool:
    adverb = _ADVERB.search(word) and word not in _LY_NOUNS
    return vocabulary.is_topical(word) and word not in _NO_TOPICS and not adverb and "'" not in word


def _cut(run: list[str], before: str, after: str) -> tuple[Run, str | None]:
    if before in _SUBJECTS and not (before == "to" and run[0][0].isupper()):
        return Run(tuple(run[1:]), "", after), run[0].lower()
    return Run(tuple(run), before, after), None
