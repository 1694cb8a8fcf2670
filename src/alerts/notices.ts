import type { Notification, NotificationMessage } from '../domain/alert.ts';
import type { Response } from '../domain/finding.ts';
import { timestamp } from '../domain/time.ts';
import type { DecideContext } from './decide-context.ts';
import { notificationId } from './identity.ts';
import { isRouted } from './routing.ts';

/** Something to know, to each receiver that takes this response; decided anew it has the same ids, which the outbox leaves alone. */
export function noticesTo(
  { lane, response }: Pick<Notification, 'lane'> & { readonly response: Response },
  message: NotificationMessage,
  context: DecideContext,
): readonly Notification[] {
  return context.receivers
    .filter((receiver) => isRouted(receiver, response, context.mode))
    .map((receiver) => ({
      id: notificationId(lane, 0, receiver.name),
      receiver: receiver.name,
      lane,
      sequence: 0,
      kind: 'notice',
      response,
      at: timestamp(context.nowMs),
      message,
    }));
}
