"""What each category of data is called when a citizen is told who may see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hub.text import Text
from schema.categories import DataCategory

C = DataCategory

CATEGORY_WORDS: Final[Mapping[DataCategory, Text]] = {
    C.ADDRESS: Text(nb="adressen", en="the address"),
    C.ADDRESS_PROTECTION: Text(nb="om adressen er beskyttet", en="whether the address is protected"),
    C.AGREEMENT_TERMS: Text(nb="nedbetalingsavtaler", en="agreements on repayment"),
    C.BUDGET: Text(nb="budsjettet", en="the budget"),
    C.CASE_EXISTENCE: Text(
        nb="at det er en sak, og hvor langt den er kommet", en="that there is a case, and its stage"
    ),
    C.CHILDREN: Text(nb="barna: hvem de er og hva de trenger", en="the children: who they are and what they need"),
    C.CONCERN: Text(nb="bekymringsmeldinger", en="reports of concern"),
    C.CONSENT: Text(nb="samtykker, fullmakter og reservasjoner", en="consents, mandates and reservations"),
    C.CONTACT_INFO: Text(nb="språk og kontaktvalg", en="language and how to get in touch"),
    C.CONTACT_LOG: Text(nb="kontaktloggen", en="the contact log"),
    C.COST_COMPARISON: Text(nb="kommunens sammenligning av kostnader", en="the municipality's comparison of costs"),
    C.DEBT_SETTLEMENT: Text(nb="innholdet i gjeldsordningen", en="what the debt settlement says"),
    C.DEBT_SETTLEMENT_OPENING: Text(nb="at gjeldsordning er åpnet", en="that a debt settlement was opened"),
    C.FINANCIAL_AID: Text(nb="søknader om økonomisk hjelp og vedtak", en="applications for aid and decisions"),
    C.HOUSEHOLD_ADULTS: Text(nb="de voksne i husstanden", en="the adults of the household"),
    C.HOUSEHOLD_FLAG: Text(nb="om det bor barn i hjemmet", en="whether children live in the home"),
    C.LANDLORD_NOTICE: Text(nb="varsler fra utleieren", en="notices from the landlord"),
    C.LEASE_BREACH: Text(nb="brudd på leieavtalen", en="breaches of the lease"),
    C.LEASE_BREACH_TEXT: Text(nb="teksten om brudd på leieavtalen", en="the text on breaches of the lease"),
    C.LOAN: Text(nb="boliglån og mislighold", en="loans on the home and defaults"),
    C.NATIONAL_ID: Text(nb="fødselsnummeret", en="the national identity number"),
    C.NATIONAL_ID_MASKED: Text(nb="de seks første sifrene i fødselsnummeret", en="the first six digits of the number"),
    C.OTHER_DEBT: Text(nb="annen gjeld", en="other debts"),
    C.PARTICIPANT: Text(nb="hvem som deltar i saken", en="who takes part in the case"),
    C.PERSON_NAME: Text(nb="navnet", en="the name"),
    C.PETITION: Text(nb="varsler og begjæringer om utkastelse", en="notices and petitions of eviction"),
    C.PLAN: Text(nb="planen og stegene i den", en="the plan and its steps"),
    C.PLAN_STATUS: Text(nb="hvor langt planen er kommet", en="how far the plan has come"),
    C.RENT: Text(nb="leieforholdet, husleien og restansen", en="the lease, the rent and the arrears"),
    C.RENT_DEMAND: Text(nb="kopier av betalingskrav", en="copies of demands for payment"),
    C.SHIELDED_MARK: Text(nb="om personen er skjermet", en="whether the person is shielded"),
    C.SIGNAL: Text(nb="meldinger i saken", en="reports in the case"),
}
"""By category. What is not here is not about a person, or is the citizen's own affair with the hub."""
