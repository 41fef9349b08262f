-- 0 empty, 1 half-made demo, 2 whole demo, 3 somebody's own district.
select case
    when not exists (select from divisions) then 0
    when exists (select from divisions where source <> 'synthetic') then 3
    when exists (select from divisions where level = 'district' and source_id = 'whole') then 2
    else 1
end
