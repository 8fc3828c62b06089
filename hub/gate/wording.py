"""Conditions in plain words, in both languages: what a policy asks, said to people who read no Cedar."""

from __future__ import annotations

from collections.abc import Mapping

from hub.gate.residual import (
    And,
    Atom,
    Bind,
    Compare,
    Contains,
    Context,
    Entity,
    Fact,
    Has,
    Known,
    Not,
    Or,
    Residual,
    Term,
    Truth,
)
from hub.text import Text

_PLAIN: Mapping[str, tuple[Text, Text]] = {
    "agreed": (
        Text(nb="avtale med låneforvalteren gjelder", en="an agreement with the loan manager is in force"),
        Text(nb="ingen avtale med låneforvalteren", en="no agreement with the loan manager"),
    ),
    "child": (
        Text(nb="det gjelder et barn", en="it is a child"),
        Text(nb="det gjelder en voksen", en="it is no child"),
    ),
    "consentInForce": (
        Text(nb="kundens samtykke gjelder", en="the customer's consent is in force"),
        Text(nb="ikke samtykke fra kunden", en="no consent of the customer"),
    ),
    "danger": (
        Text(nb="det er fare for liv eller helse", en="life or health is in danger"),
        Text(nb="det er ikke fare for liv eller helse", en="neither life nor health is in danger"),
    ),
    "mandated": (
        Text(nb="vergemål eller fullmakt for økonomien", en="mandate for the person's economy"),
        Text(nb="ikke vergemål eller fullmakt for økonomien", en="no mandate for the person's economy"),
    ),
    "copiedByRoutine": (
        Text(
            nb="kommunens rutine gir NAV kopi av slike krav", en="the municipality's routine copies such demands to NAV"
        ),
        Text(
            nb="kommunens rutine gir ikke NAV kopi av slike krav",
            en="the municipality's routine does not copy such demands to NAV",
        ),
    ),
    "namesShown": (
        Text(nb="arbeidsgiveren viser navn", en="the employer shows names"),
        Text(nb="arbeidsgiveren viser ikke navn", en="the employer shows no names"),
    ),
    "own": (
        Text(nb="en søker for seg selv", en="it is asked for oneself"),
        Text(nb="en søker for en annen", en="it is asked for another"),
    ),
    "ownLease": (
        Text(nb="avsenderen eller avsenderens kommune er utleier", en="the sender or its municipality is the landlord"),
        Text(nb="en annen er utleier", en="another is the landlord"),
    ),
    "reserved": (
        Text(nb="leietakeren har reservert seg", en="the tenant has reserved"),
        Text(nb="leietakeren har ikke reservert seg", en="the tenant has not reserved"),
    ),
    "served": (
        Text(nb="kommunen bruker Bofast", en="the municipality uses Bofast"),
        Text(nb="kommunen bruker ikke Bofast", en="the municipality does not use Bofast"),
    ),
    "shielded": (
        Text(nb="noen i husstanden er skjermet", en="somebody in the household is shielded"),
        Text(nb="ingen i husstanden er skjermet", en="nobody in the household is shielded"),
    ),
    "startlan": (
        Text(nb="lånet er et startlån", en="the loan is a startlån"),
        Text(nb="lånet er ikke et startlån", en="the loan is no startlån"),
    ),
    "tenantInformed": (
        Text(nb="leietakeren har fått kopi", en="the tenant has got a copy"),
        Text(nb="leietakeren har ikke fått kopi", en="the tenant has not got a copy"),
    ),
    "verified": (
        Text(nb="gjennomgått med leietakeren", en="gone through with the tenant"),
        Text(nb="ikke gjennomgått med leietakeren", en="not gone through with the tenant"),
    ),
}
"""Facts that are true or false: said when they hold, and when they do not."""

_OWN: Mapping[tuple[str, str], tuple[Text, Text]] = {
    ("about", "person"): (
        Text(nb="linjen handler om en selv", en="the line is about oneself"),
        Text(nb="linjen handler om en annen", en="the line is about another"),
    ),
    ("author", "unit"): (
        Text(nb="skrevet av egen enhet", en="written by the own unit"),
        Text(nb="ikke skrevet av egen enhet", en="not written by the own unit"),
    ),
    ("creditor", "party"): (
        Text(nb="egen virksomhet er kreditor", en="the own party is the creditor"),
        Text(nb="en annen er kreditor", en="another is the creditor"),
    ),
    ("glassBroken", "person"): (
        Text(nb="nødtilgang til saken er tatt", en="access was taken by break-glass"),
        Text(nb="nødtilgang til saken er ikke tatt", en="no access was taken by break-glass"),
    ),
    ("guardians", "person"): (
        Text(nb="det er en man er verge for", en="it is one's own ward"),
        Text(nb="det er ingen man er verge for", en="it is not one's own ward"),
    ),
    ("handler", "unit"): (
        Text(nb="egen enhet behandler meldingen", en="the own unit handles the report"),
        Text(nb="en annen enhet behandler meldingen", en="another unit handles the report"),
    ),
    ("holders", "person"): (
        Text(nb="man har selv fullmakten", en="one holds the mandate oneself"),
        Text(nb="en annen har fullmakten", en="another holds the mandate"),
    ),
    ("informed", "party"): (
        Text(nb="egen virksomhet er kjent med samtykket", en="the own party knows of the consent"),
        Text(nb="egen virksomhet er ikke kjent med samtykket", en="the own party does not know of the consent"),
    ),
    ("knownTo", "party"): (
        Text(
            nb="personen har samtykket til noe med egen virksomhet før",
            en="the person has consented to something with the own party before",
        ),
        Text(
            nb="personen har ikke samtykket til noe med egen virksomhet før",
            en="the person has not consented to anything with the own party before",
        ),
    ),
    ("landlord", "party"): (
        Text(nb="egen virksomhet er utleier", en="the own party is the landlord"),
        Text(nb="en annen er utleier", en="another is the landlord"),
    ),
    ("lender", "party"): (
        Text(nb="egen virksomhet er långiver", en="the own party is the lender"),
        Text(nb="en annen er långiver", en="another is the lender"),
    ),
    ("municipalities", "municipality"): (
        Text(nb="saken er i egen kommune", en="the case is in the own municipality"),
        Text(nb="saken er ikke i egen kommune", en="the case is not in the own municipality"),
    ),
    ("namesParty", "party"): (
        Text(nb="steget nevner egen virksomhet", en="the step names the own party"),
        Text(nb="steget nevner ikke egen virksomhet", en="the step does not name the own party"),
    ),
    ("parties", "party"): (
        Text(nb="egen virksomhet deltar i saken", en="the own party takes part in the case"),
        Text(nb="egen virksomhet deltar ikke i saken", en="the own party does not take part in the case"),
    ),
    ("persons", "person"): (
        Text(nb="det er egen husstand", en="it is the own household"),
        Text(nb="det er ikke egen husstand", en="it is not the own household"),
    ),
    ("readers", "person"): (
        Text(nb="fullmakten dekker det samtykket gjelder", en="the mandate covers what the consent is about"),
        Text(
            nb="fullmakten dekker ikke det samtykket gjelder", en="the mandate does not cover what the consent is about"
        ),
    ),
    ("recipient", "party"): (
        Text(nb="egen virksomhet er mottaker", en="the own party is the recipient"),
        Text(nb="en annen er mottaker", en="another is the recipient"),
    ),
    ("recipientUnit", "unit"): (
        Text(nb="egen enhet er mottaker", en="the own unit is the recipient"),
        Text(nb="en annen enhet er mottaker", en="another unit is the recipient"),
    ),
    ("relatives", "person"): (
        Text(nb="det er nær familie", en="it is close family"),
        Text(nb="det er ikke nær familie", en="it is not close family"),
    ),
    ("responsibleUnit", "unit"): (
        Text(nb="egen enhet har ansvar for steget", en="the own unit is responsible for the step"),
        Text(nb="en annen enhet har ansvar for steget", en="another unit is responsible for the step"),
    ),
    ("self", "person"): (
        Text(nb="personen er en selv", en="the person is oneself"),
        Text(nb="personen er en annen", en="the person is another"),
    ),
    ("servicer", "party"): (
        Text(nb="egen virksomhet forvalter lånet", en="the own party services the loan"),
        Text(nb="en annen forvalter lånet", en="another services the loan"),
    ),
    ("signers", "person"): (
        Text(nb="fullmakten dekker hele samtykket", en="the mandate covers all of the consent"),
        Text(nb="fullmakten dekker ikke hele samtykket", en="the mandate does not cover all of the consent"),
    ),
    ("source", "party"): (
        Text(nb="egen virksomhet er kilden", en="the own party is the source"),
        Text(nb="en annen er kilden", en="another is the source"),
    ),
    ("subject", "person"): (
        Text(nb="saken er ens egen", en="it is one's own case"),
        Text(nb="saken er en annens", en="it is another's case"),
    ),
    ("submitter", "party"): (
        Text(nb="egen virksomhet har sendt den inn", en="the own party submitted it"),
        Text(nb="en annen har sendt den inn", en="another submitted it"),
    ),
    ("units", "unit"): (
        Text(nb="egen enhet deltar i saken", en="the own unit takes part in the case"),
        Text(nb="egen enhet deltar ikke i saken", en="the own unit does not take part in the case"),
    ),
}
"""Facts compared with what is the requester's own."""

_GRADES: Mapping[int, tuple[Text, Text]] = {
    1: (
        Text(nb="noen i husstanden har fortrolig adresse", en="somebody in the household has a confidential address"),
        Text(nb="ingen i husstanden har fortrolig adresse", en="nobody in the household has a confidential address"),
    ),
    2: (
        Text(
            nb="noen i husstanden har strengt fortrolig adresse",
            en="somebody in the household has a strictly confidential address",
        ),
        Text(
            nb="ingen i husstanden har strengt fortrolig adresse",
            en="nobody in the household has a strictly confidential address",
        ),
    ),
    3: (
        Text(
            nb="noen i husstanden har strengt fortrolig adresse i utlandet",
            en="somebody in the household has a strictly confidential address abroad",
        ),
        Text(
            nb="ingen i husstanden har strengt fortrolig adresse i utlandet",
            en="nobody in the household has a strictly confidential address abroad",
        ),
    ),
}
_SETS: Mapping[str, Text] = {
    "bases": Text(nb="grunnlag", en="basis"),
    "consented": Text(nb="samtykke til", en="consent to"),
    "groups": Text(nb="særskilt tilgang", en="special right"),
    "mandates": Text(nb="vergemål eller fullmakt for", en="mandate for"),
}
"""Sets of words, said with the word that they hold."""

_CONTEXT: Mapping[str, Text] = {
    "assurance": Text(nb="innlogget minst på nivå", en="signed in at level"),
    "purpose": Text(nb="formål", en="purpose"),
}
_WORDS: Mapping[str, Text] = {
    "creditorType": Text(nb="kreditor er", en="the creditor is"),
    "method": Text(nb="gitt som", en="given as"),
    "shareLevel": Text(nb="delt som", en="shared as"),
}
_PERSON_IS_SUBJECT = (
    Text(nb="personen er den saken gjelder", en="the person is whom the case is about"),
    Text(nb="personen er en annen enn den saken gjelder", en="the person is not whom the case is about"),
)


def said(condition: Residual) -> Text:
    """The condition in words."""
    match condition:
        case Truth(value):
            return Text(nb="alltid", en="always") if value else Text(nb="aldri", en="never")
        case And(parts):
            return _joined(parts, " og ", " and ")
        case Or(parts):
            return _joined(parts, " eller ", " or ")
        case Not(part):
            return _atom(part, holds=False)
        case _:
            return _atom(condition, holds=True)


def _joined(parts: tuple[Residual, ...], nb: str, en: str) -> Text:
    texts = [_bracketed(said(part), inside=isinstance(part, And | Or)) for part in parts]
    return Text(nb=nb.join(text.nb for text in texts), en=en.join(text.en for text in texts))


def _bracketed(text: Text, *, inside: bool) -> Text:
    return Text(nb=f"({text.nb})", en=f"({text.en})") if inside else text


def _atom(atom: Atom, *, holds: bool) -> Text:
    found = _either(atom)
    return found[0 if holds else 1] if found else _plain(atom, holds=holds)


def _either(atom: Atom) -> tuple[Text, Text] | None:
    """The two sentences of an atom that has them."""
    match atom:
        case Fact(name):
            return _PLAIN.get(name)
        case Compare("=", Fact(name), Bind(own)) | Contains(Fact(name), Bind(own)):
            return _OWN.get((name, own))
        case Compare("=", Fact("self"), Fact("subject")):
            return _PERSON_IS_SUBJECT
        case Compare(">=", Fact("grade"), int(grade)):
            return _GRADES.get(grade)
        case _:
            return None


def _plain(atom: Atom, *, holds: bool) -> Text:
    match atom:
        case Contains(Fact(name) | Context(name), value) if name in _SETS:
            text = _with_value(_SETS[name], value)
        case Compare(_, Context(name), value) if name in _CONTEXT:
            text = _with_value(_CONTEXT[name], value)
        case Compare("=", Fact(name), str(value)) if name in _WORDS:
            text = _with_value(_WORDS[name], value)
        case Known(name):
            text = Text(nb=f"{name} er kjent", en=f"{name} is known")
        case Has(name):
            text = Text(nb=f"{name} er oppgitt", en=f"{name} is given")
        case _:
            text = _as_coded(atom)
    return text if holds else Text(nb=f"ikke {text.nb}", en=f"not {text.en}")


def _with_value(words: Text, value: Term) -> Text:
    return Text(nb=f"{words.nb} {_value(value)}", en=f"{words.en} {_value(value)}")


def _as_coded(atom: Atom) -> Text:
    """For a condition that nobody has found words for yet. A test says that the policies have none."""
    match atom:
        case Compare(op, left, right):
            text = f"{_value(left)} {op} {_value(right)}"
        case Contains(left, right):
            text = f"{_value(left)} ∋ {_value(right)}"
        case Fact(name) | Has(name) | Known(name):
            text = name
    return Text(nb=text, en=text)


def _value(term: Term) -> str:
    match term:
        case Fact(name) | Context(name):
            return name
        case Bind(name):
            return f"own {name}"
        case Entity(_, id_):
            return id_
        case _:
            return str(term)


def has_words(atom: Atom) -> bool:
    """Whether the atom is said in sentences, and not by the names that the code has for it."""
    match atom:
        case Contains(Fact(name) | Context(name), _) if name in _SETS:
            return True
        case Compare(_, Context(name), _):
            return name in _CONTEXT
        case Compare("=", Fact(name), str()) if name in _WORDS:
            return True
        case Known() | Has():
            return True
        case _:
            return _either(atom) is not None
