import json
from tests.acceptance.asking import case_query
CASE = "SELECT c.id::text FROM hub.case c JOIN nav.person p ON p.id = c.subject_id WHERE p.national_id=$1 ORDER BY c.opened_at DESC LIMIT 1"
def test_probe(house):
    for name, nid in (("kari","15928741270"),("eva","22816823084")):
        case = house.value(CASE, nid)
        for who, kind, p in (("nav-caseworker","nav","B101"),("debt-counsellor","debt-counsel","B102"),("housing-caseworker","housing","B101"),("rent-collector","rent-collector","B101"),("housing-support","housing-support","B101"),("enforcement-officer","enforcement","B101")):
            a = house.ask(who, case_query(kind), purpose=p, id=case)
            print("=====", name, who, a.status)
            print(json.dumps(a.json, indent=1, ensure_ascii=False))
            for s in a.recorded.shown: print("  ", s)
            print(a.recorded.refusals)
