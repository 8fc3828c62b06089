from collections import Counter
from random import Random
import time
from tests.noninterference.test_random_changes import *
from tests.noninterference.sight import seen
def test_tmp(tracer):
    pool=pool_of(tracer.house)
    c=Counter(); bad=0
    t0=time.time(); n=0
    R=Random(9)
    while time.time()-t0<420:
        who=R.choice(who_asks()); seed=R.getrandbits(32); n+=1
        try:
            touch=find_hidden_change(tracer.house, who, Random(seed))
        except LookupError:
            c["none"]+=1; continue
        vis=any(seen(tracer.house,who,[k]) for k in touch.cases)
        c[touch.change.name.split(" of ")[-1]+(" VIS" if vis else "")]+=1
        try:
            check(tracer,pool,who,seed)
        except Exception as e:
            bad+=1
            print("BAD",who,seed,type(e).__name__,str(e)[:700])
            if bad>12: break
    print(n,bad,sorted(c.items()))
