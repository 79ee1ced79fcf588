-- PostgreSQL lets only a table's owner analyze it (or, from release 17 on, who has the right MAINTAIN); ordinary connections are not the owner.
create function analyze_register() returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
  analyze services, entities, datasets, dataset_entities, fields, ownership_assignments, findings;
end $$;
