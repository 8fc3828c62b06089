-- The page of q2.sql with the loans of each case. $3 the loans that must be left out: which they are, this side is told.
-- The row filter is what the policies come to for that unit.
SELECT '{"data":{"cases":{"nodes":['||coalesce(string_agg(
    '{"id":"'||c.id||'","caseNo":"'||c.case_no||'","phase":'||c.phase||',"state":"'||c.state
    ||'","openedAt":'||to_char(c.opened_at AT TIME ZONE 'UTC', '"\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\""')
    ||',"subject":'||(
        SELECT '{"id":"'||p.id||'","nationalIdMasked":"'||left(p.national_id, 6)||'*****","name":{"first":'
            ||coalesce(to_json(p.first_name)::text, 'null')||',"last":'||coalesce(to_json(p.last_name)::text, 'null')||'}}'
        FROM nav.person p WHERE p.id = c.subject_id
    )||',"tenancies":['||coalesce((
        SELECT string_agg('{"id":"'||t.id||'","startDate":"'||t.start_date||'","monthlyRent":'||t.monthly_rent_ore
            ||',"status":"'||t.status||'","claims":['||coalesce((
                SELECT string_agg('{"id":"'||r.id||'","period":"'||r.period||'","dueDate":"'||r.due_date
                    ||'","amount":'||r.amount_ore||',"paid":'||r.paid_ore||',"status":"'||r.status
                    ||'","dunningLevel":'||r.dunning_level||'}', ',' ORDER BY r.due_date, r.id)
                FROM housing.rent_claim r WHERE r.tenancy_id = t.id
            ), '')||']}', ',' ORDER BY t.start_date DESC, t.id)
        FROM housing.tenancy t WHERE t.case_id = c.id
    ), '')||'],"evictionPetitions":['||coalesce((
        SELECT string_agg('{"id":"'||e.id||'","enforcementCaseNo":'||to_json(e.enforcement_case_no)
            ||',"petitionReceivedAt":'
            ||to_char(e.petition_received_at AT TIME ZONE 'UTC', '"\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\""')
            ||',"evictionDate":'||coalesce('"'||e.eviction_date||'"', 'null')||',"status":"'||e.status||'"}', ','
            ORDER BY e.petition_received_at DESC, e.id)
        FROM enforcement.eviction_petition e WHERE e.case_id = c.id
    ), '')||'],"mortgageLoans":['||coalesce((
        SELECT string_agg(CASE
                WHEN l.is_out
                THEN '{"id":null,"loanType":null,"loanRef":null,"principal":null,"outstanding":null,"status":null}'
                ELSE '{"id":"'||l.id||'","loanType":"'||l.loan_type||'","loanRef":'||to_json(l.loan_ref)
                    ||',"principal":'||coalesce(l.principal_ore::text, 'null')
                    ||',"outstanding":'||coalesce(l.outstanding_ore::text, 'null')||',"status":"'||l.status||'"}'
            END, ',' ORDER BY l.is_out, CASE WHEN NOT l.is_out THEN l.loan_type END, l.id)
        FROM (SELECT *, id = ANY ($3::uuid[]) AS is_out FROM bank.mortgage_loan WHERE case_id = c.id) l
    ), '')||']}',
    ',' ORDER BY c.updated_at DESC, c.id DESC
), '')||']}}}'
FROM (
    SELECT c.* FROM hub."case" c
    WHERE c.municipality = '9901'
        AND EXISTS (
            SELECT FROM hub.participant q WHERE q.case_id = c.id AND q.unit_id = $1
                AND q.valid_from <= now() AND (q.valid_to IS NULL OR now() < q.valid_to)
        )
        AND NOT EXISTS (
            SELECT FROM hub.case_person m JOIN hub.case_person s ON s.person_id = m.person_id
                JOIN hub.case_person o ON o.case_id = s.case_id JOIN nav.person h ON h.id = o.person_id
            WHERE m.case_id = c.id AND (h.grade >= 2 OR h.shielded)
        )
    ORDER BY c.updated_at DESC, c.id DESC LIMIT $2
) c
