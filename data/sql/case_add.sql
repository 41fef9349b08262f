-- $1 type, $2 title, $3 description, $4 level, $5 step, $6 board, $7 building, $8 grid, $9 micro-grid, $10 community,
-- $11 town, $12 team, $13 opened, $14 due, $15 place, $16 source, $17 system the place came in
insert into cases (number, type_code, title, description, level, step, board, building_id, grid_id, microgrid_id, community_code,
                   town_code, team_id, opened_at, step_at, due_at, geom, source, source_crs)
values (to_char($13::timestamptz at time zone 'Asia/Shanghai', 'YYYY') || lpad(nextval('case_numbers')::text, 7, '0'),
        $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14, $15, $16, $17)
on conflict (number) do nothing
returning id
