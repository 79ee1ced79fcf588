/** The columns of `orders o` that make an OrderRecord, under its names. */
export const ORDER_RECORD = `o.id, o.owner, o.owner_ref as "ownerRef", o.service_key as service, o.kind,
  array(select d.dataset_id from order_datasets d where d.order_id = o.id order by d.dataset_id) as datasets,
  o.dry_run as "dryRun", o.reason, o.details, o.due_at as due, o.state, o.attempts as attempt, o.created_at as "createdAt", o.recall_of as "recallOf"`;
