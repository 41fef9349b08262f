-- $1 moment, $2 it is past
select coalesce(max(version), 0)
from enactments
where not $2 or at <= $1
