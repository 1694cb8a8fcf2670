import { Gauge, type Registry } from 'prom-client';

/** What a receiver's target that holds the open alerts itself was told; of a receiver with several, the figures are one. */
export interface MirroredRound {
  readonly receiver: string;
  readonly target: string;
  readonly firing: number;
  readonly resolved: number;
  readonly isAccepted: boolean;
  readonly endedAtMs: number;
}

export function observeMirrors(registry: Registry): { mirrored(round: MirroredRound): void } {
  const registers = [registry];
  const alerts = new Gauge({
    name: 'claimwatch_mirror_alerts',
    help: 'Alerts that a receiver which holds them itself is told every minute, by whether they are open or have ended lately.',
    labelNames: ['receiver', 'state'],
    registers,
  });
  const lastSuccess = new Gauge({
    name: 'claimwatch_mirror_last_success_timestamp_seconds',
    help: 'When such a receiver last accepted all that it was told; the oldest of its targets; 0 before the first time.',
    labelNames: ['receiver'],
    registers,
  });
  const targets = new Map<string, MirroredRound & { readonly lastSuccessMs: number }>();
  return {
    mirrored: (round) => {
      const before = targets.get(round.target)?.lastSuccessMs ?? 0;
      targets.set(round.target, { ...round, lastSuccessMs: round.isAccepted ? round.endedAtMs : before });
      const own = [...targets.values()].filter(({ receiver }) => receiver === round.receiver);
      alerts.set({ receiver: round.receiver, state: 'firing' }, Math.max(...own.map(({ firing }) => firing)));
      alerts.set({ receiver: round.receiver, state: 'resolved' }, Math.max(...own.map(({ resolved }) => resolved)));
      lastSuccess.set({ receiver: round.receiver }, Math.min(...own.map(({ lastSuccessMs }) => lastSuccessMs)) / 1000);
    },
  };
}
