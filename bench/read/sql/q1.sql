-- One case with all its relations, as finished JSON. $1 the case.
SELECT '{"data":{"case":{"id":"'||c.id||'","caseNo":"'||c.case_no||'","phase":'||c.phase||',"state":"'||c.state
    ||'","openedAt":'||to_char(c.opened_at AT TIME ZONE 'UTC', '"\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\""')
    ||',"subject":'||(
        SELECT '{"id":"'||p.id||'","nationalIdMasked":"'||left(p.national_id, 6)||'*****","name":{"first":'
            ||coalesce(to_json(p.first_name)::text, 'null')||',"last":'||coalesce(to_json(p.last_name)::text, 'null')||'}}'
        FROM nav.person p WHERE p.id = c.subject_id
    )||',"household":'||coalesce((
        SELECT '{"hasChildren":'||h.has_children||',"childrenCount":'||h.children_count||',"members":['||coalesce((
                SELECT string_agg(
                    '{"id":"'||m.id||'","relation":"'||m.relation||'","role":"'||m.role||'"}', ',' ORDER BY m.role, m.id
                ) FROM hub.case_person m WHERE m.case_id = c.id
            ), '')||']}'
        FROM hub.household h WHERE h.case_id = c.id ORDER BY h.id LIMIT 1
    ), 'null')||',"dwelling":'||coalesce((
        SELECT '{"dwellingType":"'||d.dwelling_type||'","address":'||CASE
                WHEN coalesce(d.address_line, d.postal_code, d.postal_place) IS NULL THEN 'null'
                ELSE '{"line":'||coalesce(to_json(d.address_line)::text, 'null')
                    ||',"postalCode":'||coalesce(to_json(d.postal_code)::text, 'null')
                    ||',"place":'||coalesce(to_json(d.postal_place)::text, 'null')||'}'
            END||'}'
        FROM housing.dwelling d WHERE d.id = c.dwelling_id
    ), 'null')||',"tenancies":['||coalesce((
        SELECT string_agg('{"id":"'||t.id||'","startDate":"'||t.start_date||'","monthlyRent":'||t.monthly_rent_ore
            ||',"status":"'||t.status||'","claims":['||coalesce((
                SELECT string_agg('{"id":"'||r.id||'","dueDate":"'||r.due_date||'","amount":'||r.amount_ore
                    ||',"paid":'||r.paid_ore||',"status":"'||r.status||'"}', ',' ORDER BY r.due_date, r.id)
                FROM housing.rent_claim r WHERE r.tenancy_id = t.id
            ), '')||']}', ',' ORDER BY t.start_date DESC, t.id)
        FROM housing.tenancy t WHERE t.case_id = c.id
    ), '')||'],"rentDefaults":['||coalesce((
        SELECT string_agg('{"arrears":'||r.arrears_ore||',"monthsInArrears":'||r.months_in_arrears
            ||',"status":"'||r.status||'"}', ',' ORDER BY r.reported_at DESC, r.id)
        FROM housing.rent_default r WHERE r.case_id = c.id
    ), '')||'],"rentDemandCopies":['||coalesce((
        SELECT string_agg('{"kind":"'||r.kind||'","issuedAt":'
            ||to_char(r.issued_at AT TIME ZONE 'UTC', '"\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\""')
            ||',"amount":'||r.amount_ore||'}', ',' ORDER BY r.issued_at DESC, r.id)
        FROM housing.rent_demand_copy r WHERE r.case_id = c.id
    ), '')||'],"leaseBreaches":['||coalesce((
        SELECT string_agg('{"kind":"'||r.kind||'","occurredAt":'
            ||to_char(r.occurred_at AT TIME ZONE 'UTC', '"\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\""')
            ||',"status":"'||r.status||'"}', ',' ORDER BY r.occurred_at DESC, r.id)
        FROM housing.lease_breach r WHERE r.case_id = c.id
    ), '')||'],"evictionNotices":['||coalesce((
        SELECT string_agg('{"sentAt":'||to_char(r.sent_at AT TIME ZONE 'UTC', '"\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\""')
            ||',"status":"'||r.status||'"}', ',' ORDER BY r.sent_at DESC, r.id)
        FROM enforcement.eviction_notice r WHERE r.case_id = c.id
    ), '')||'],"evictionPetitions":['||coalesce((
        SELECT string_agg('{"enforcementCaseNo":'||to_json(r.enforcement_case_no)||',"petitionReceivedAt":'
            ||to_char(r.petition_received_at AT TIME ZONE 'UTC', '"\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\""')
            ||',"status":"'||r.status||'"}', ',' ORDER BY r.petition_received_at DESC, r.id)
        FROM enforcement.eviction_petition r WHERE r.case_id = c.id
    ), '')||'],"mortgageLoans":['||coalesce((
        SELECT string_agg('{"loanRef":'||to_json(r.loan_ref)||',"status":"'||r.status||'"}', ',' ORDER BY r.loan_type, r.id)
        FROM bank.mortgage_loan r WHERE r.case_id = c.id
    ), '')||'],"financialAidApplications":['||coalesce((
        SELECT string_agg('{"appliedAt":'
            ||to_char(r.applied_at AT TIME ZONE 'UTC', '"\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\""')
            ||',"status":"'||r.status||'"}', ',' ORDER BY r.applied_at DESC, r.id)
        FROM nav.financial_aid_application r WHERE r.case_id = c.id
    ), '')||'],"participants":['||coalesce((
        SELECT string_agg('{"unit":'||coalesce(to_json(r.unit_id)::text, 'null')||',"role":"'||r.role||'"}', ','
            ORDER BY r.valid_from, r.id)
        FROM hub.participant r WHERE r.case_id = c.id
    ), '')||'],"contactLog":['||coalesce((
        SELECT string_agg('{"at":'||to_char(r.at AT TIME ZONE 'UTC', '"\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\""')
            ||',"channel":"'||r.channel||'","outcome":"'||r.outcome||'"}', ',' ORDER BY r.at DESC, r.id)
        FROM hub.contact_log_entry r WHERE r.case_id = c.id
    ), '')||'],"plan":'||coalesce((
        SELECT '{"status":"'||p.state||'","steps":['||coalesce((
                SELECT string_agg('{"what":'||to_json(s.what)||',"dueDate":"'||s.due_date||'","status":"'||s.status||'"}',
                    ',' ORDER BY s.ord, s.id)
                FROM hub.plan_step s WHERE s.plan_id = p.id
            ), '')||']}'
        FROM hub.progress_plan p WHERE p.case_id = c.id ORDER BY p.version DESC, p.id LIMIT 1
    ), 'null')||'}}}'
FROM hub."case" c WHERE c.id = $1
