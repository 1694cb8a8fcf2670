import { z } from 'zod';
import type { Notification } from '../../domain/alert.ts';
import type { Delivery, DeliveryResult, Log, ReceiverKind } from '../../domain/ports.ts';

const options = z.strictObject({});

/** Writes every notification as one structured line; also what `observe` tells. */
export const receiver: ReceiverKind = {
  kind: 'log',
  options,
  create: (name, _options, { log }) => ({
    name,
    send: async (delivery): Promise<DeliveryResult> => {
      for (const notification of delivery.notifications) writeLine(log, name, delivery, notification);
      return { kind: 'accepted', receipt: 'written' };
    },
  }),
};

function writeLine(log: Log, receiverName: string, delivery: Delivery, notification: Notification): void {
  const { id, kind, response, at, message } = notification;
  const { title, ...details } = message;
  log[levelOf(notification)](
    { receiver: receiverName, notification: id, kind, response, at, delayed: delivery.delayed, ...details },
    title,
  );
}

const levels = { page: 'error', ticket: 'warn', report: 'info' } as const;

function levelOf(notification: Notification): 'error' | 'warn' | 'info' {
  return notification.kind === 'resolved' ? 'info' : levels[notification.response];
}
