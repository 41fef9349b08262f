-- $1: plan. Communities are complex or not as its planners left them.
update divisions d
set complex = last.complex
from (
    select distinct on (community_code) community_code, (totals ->> 'complex')::boolean as complex
    from plan_operations
    where plan_id = $1
    order by community_code, seq desc
) last
where d.code = last.community_code and d.complex <> last.complex
