-- $1 beginning of the community's code, $2 state, $3 level, $4 board, $5 step
-- (an empty one does not narrow), $6 whether sensitive types are left out,
-- $7 now. The states are those of CaseState.
where starts_with(c.community_code, $1)
  and case $2::text
      when 'open' then c.closed_at is null
      when 'closed' then c.closed_at is not null
      when 'overdue' then c.closed_at is null and c.due_at < $7::timestamptz
      when 'due_soon' then c.closed_at is null and c.due_at >= $7
          and c.due_at - greatest(interval '2 hours', (c.due_at - c.opened_at) / 10) <= $7
      else true
      end
  and ($3::text = '' or c.level = $3)
  and ($4::text = '' or c.board = $4)
  and ($5::text = '' or c.step = $5)
  and (not $6::boolean or not t.sensitive)
