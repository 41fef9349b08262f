-- Rails carry nobody.
select r.id, r.class, r.name, r.bridge, coalesce(r.deck_m, 'nan'), r.geom
from roads r
where r.class <> 'rail' and exists (select from divisions d where d.level = 'district' and r.geom && d.geom)
order by r.id
