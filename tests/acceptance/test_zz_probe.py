from tests.acceptance.asking import case_query
from tests.acceptance.readers import AGENCIES, Expected
from tests.acceptance.stored import bare
def diff(a,b,p=""):
    if type(a)!=type(b): print(p,a,"|",b); return
    if isinstance(a,dict):
        for k in a.keys()|b.keys():
            if k not in a: print(p,"missing",k,b[k]); 
            elif k not in b: print(p,"extra",k,a[k])
            else: diff(a[k],b[k],p+"."+k)
    elif isinstance(a,list):
        if len(a)!=len(b): print(p,"len",len(a),len(b))
        for i,(x,y) in enumerate(zip(a,b)): diff(x,y,p+f".{i}")
    elif a!=b: print(p,a,"|",b)
def test_p(house):
    e=Expected(house)
    for who in ("debt-counsellor","housing-caseworker"):
        ag=AGENCIES[who]
        for c in e.cases:
            a=house.ask(who,case_query(ag.kind),purpose=ag.purpose,id=c["id"])
            diff(bare(a.data["case"]),e.whole(ag,c),who+" "+c["id"])
