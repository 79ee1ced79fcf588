/** What the benchmark asks for, and the one statement that answers it without GraphQL. */

export const READ_QUERY = `
  query Entities($first: Int!) {
    entities(first: $first) {
      edges {
        node {
          id
          name
          domain
          systemOfRecord { id name team }
          datasets(first: 10) {
            edges {
              node {
                id
                namespace
                name
                personal
                fields { name type categories }
              }
            }
          }
        }
      }
    }
  }`;

/** Same members, same order; ids are encoded as far as the benchmark's own names need it. */
export const READ_SQL = `
  select json_build_object('data', json_build_object('entities', json_build_object('edges', json_agg(json_build_object('node', json_build_object(
           'id', 'entity:' || e.key, 'name', e.name, 'domain', e.domain,
           'systemOfRecord', owner.service, 'datasets', json_build_object('edges', held.datasets))) order by e.key))))::text as body
    from (select * from entities where retired_at is null order by key limit $1) e
    left join lateral (
      select json_build_object('id', 'service:' || s.key, 'name', s.name, 'team', s.team) as service
        from ownership_assignments a join services s on s.key = a.service_key
       where a.entity_key = e.key and a.role = 'SYSTEM_OF_RECORD' and a.recorded_to is null
         and a.valid_from <= $2 and (a.valid_to is null or $2 < a.valid_to)
    ) owner on true
    left join lateral (
      select coalesce(json_agg(json_build_object('node', json_build_object(
               'id', 'dataset:' || replace(replace(d.namespace, ':', '%3A'), '/', '%2F') || ':' || d.name,
               'namespace', d.namespace, 'name', d.name, 'personal', d.personal,
               'fields', (select json_agg(json_build_object('name', f.name, 'type', f.type, 'categories', f.categories) order by f.position)
                            from fields f where f.dataset_id = d.id))) order by d.namespace, d.name), '[]') as datasets
        from dataset_entities de join datasets d on d.id = de.dataset_id
       where de.entity_key = e.key and d.retired_at is null
    ) held on true`;
