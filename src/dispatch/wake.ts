type Wake = () => void;

const sleepers = new Set<Wake>();

/** Wakes the dispatchers of this process; those of other processes look for themselves. */
export function wakeDispatchers(): void {
  for (const wake of sleepers) wake();
}

/** Answers how to be woken no more. */
export function onWake(wake: Wake): () => void {
  sleepers.add(wake);
  return () => sleepers.delete(wake);
}
