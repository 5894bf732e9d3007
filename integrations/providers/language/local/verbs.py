"""English verbs that name work to be done, and their forms; for `titles`, `assignees` and `cleaning`."""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


WORK = _words(
    """
    accept add address adjust agree align allocate amend analyse analyze announce answer apply approve
    archive arrange ask assemble assess assign attach attend audit back book bring brief budget build
    buy calculate call cancel change chase check choose circulate clarify clean clear close collect come
    compare compile complete compute configure confirm connect consolidate consult contact contribute
    convert convince coordinate copy correct cost count cover create cut debug decide define delete
    deliver demo deploy describe design determine develop disable discuss distribute do document
    double-check download draft draw edit email e-mail enable ensure escalate estimate evaluate examine
    exchange experiment explain explore export extend fetch figure file fill finalise finalize find
    finish fix focus follow forward gather generate get give go grant handle hand help hire identify
    implement import improve include inform inspect install integrate interview introduce investigate
    invite invoice issue join keep launch lead leave let liaise link list listen load log look lower
    make manage mail map measure meet mention merge message migrate model monitor move name negotiate
    notify obtain open optimise optimize order organise organize outline own pack paint pass pay perform
    phone pick ping plan post prepare present prevent print prioritise prioritize process produce
    propose provide publish pull purchase push put raise reach read rebuild recheck recommend record
    recruit redesign redo reduce refactor refine register reject release remind remove rename renew
    reorganise reorganize repair repeat replace reply report request reschedule research reset resolve
    respond restart restore retest return review revise rewrite ring roll rotate run save scan schedule
    scope secure select sell send separate set set-up settle share ship show sign simplify solve sort
    source speak specify split stage start stop store study submit suggest summarise summarize supply
    support switch sync take talk teach tell test tidy touch track train transfer translate try turn
    tweak type update upgrade upload use validate verify visit wait wire work wrap write
    """
)
"""What a title may begin with when only the verb tells that something is to be done."""

_IRREGULAR = {
    "being": "be",
    "dying": "die",
    "lying": "lie",
    "tying": "tie",
    "having": "have",
    "seeing": "see",
}
_PAST = _words(
    """
    was were had did said told knew thought found got made went took came saw gave kept left felt
    brought began wrote spoke ran sent built spent lost meant met paid sold stood understood drew drove
    chose broke bought caught fell forgot grew heard held led won wore tried put set let cut read
    """
)
_MODAL = _words("will would can could shall should may might must")


def base_of_ing(form: str) -> str:
    """`sending` -> `send`, `getting` -> `get`, `preparing` -> `prepare`; unknown verbs by spelling rules."""
    word = form.lower()
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    stem = word.removesuffix("ing")
    undoubled = stem[:-1] if re.search(r"([bdgklmnprt])\1$", stem) else stem
    for candidate in (stem, stem + "e", undoubled):
        if candidate in WORK:
            return candidate
    if undoubled != stem and not stem.endswith("ll"):
        return undoubled
    return stem + "e" if re.search(r"(?:[aiou][rstvzcg]|at|[^aeiou]l|[rn][cg])$", stem) else stem


def third_singular(verb: str) -> str:
    """A verb as it follows `she`: `need` -> `needs`, `have` -> `has`; modals and past forms stay."""
    word = verb.lower()
    special = {"have": "has", "do": "does", "go": "goes", "am": "is", "are": "is", "were": "was"}
    special |= {"don't": "doesn't", "don’t": "doesn’t", "haven't": "hasn't", "haven’t": "hasn’t"}
    if word in special:
        return special[word]
    if (
        word in _MODAL
        or word in _PAST
        or "'" in word
        or "’" in word
        or (word.endswith("ed") and not word.endswith("eed"))
    ):
        return verb
    if re.search(r"(?:s|sh|ch|x|z|o)$", word):
        return verb + "es"
    return verb[:-1] + "ies" if re.search(r"[^aeiou]y$", word) else verb + "s"
