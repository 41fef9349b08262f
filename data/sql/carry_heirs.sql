-- A code that goes on is its own heir; else the grid with most of its households is.
create temporary table heirs on commit drop as
select distinct on (c.was) c.was, c.now
from carry c
where not exists (select from carry k where k.now = c.was and k.was = c.was)
order by c.was, c.households desc, c.now
