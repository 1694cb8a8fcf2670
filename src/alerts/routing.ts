import type { Alert, Notification, NotificationKind, NotificationMessage } from '../domain/alert.ts';
import type { Response } from '../domain/finding.ts';
import type { Mode } from '../domain/plan.ts';
import { timestamp } from '../domain/time.ts';
import type { DecideContext, RoutedReceiver } from './decide-context.ts';
import { notificationId } from './identity.ts';

/** An alert as it stands after deciding, and what is told about it. */
export interface Told<A extends Alert = Alert> {
  readonly alert: A;
  readonly notifications: readonly Notification[];
}

/** Messages are built only where somebody hears them. */
export interface OpenMessages {
  readonly firing: () => NotificationMessage;
  /** Null: nothing changed that those who know of the alert must hear. */
  readonly update: (() => NotificationMessage) | null;
}

const logKind = 'log';

/** In `observe` only log receivers hear anything. */
function mayHear(receiver: RoutedReceiver, mode: Mode): boolean {
  return mode.kind === 'active' || receiver.kind === logKind;
}

export function isRouted(receiver: RoutedReceiver, response: Response, mode: Mode): boolean {
  if (receiver.kind === logKind) return true;
  return mayHear(receiver, mode) && receiver.responses.includes(response);
}

/**
 * Each routed receiver gets the firing once, whenever it comes to be routed: when the alert opens, becomes graver,
 * the mode becomes active or the receiver is configured. Who has got it hears the updates, whatever it is routed for now.
 */
export function tellOpen<A extends Alert>(alert: A, messages: OpenMessages, context: DecideContext): Told<A> {
  const toldTo = alert.toldTo ?? [];
  const newcomers = context.receivers.filter(
    (receiver) => !toldTo.includes(receiver.name) && isRouted(receiver, alert.response, context.mode),
  );
  const knowing = messages.update === null ? [] : whoKnows(alert, context);
  if (newcomers.length === 0 && knowing.length === 0) return { alert, notifications: [] };
  const at = timestamp(context.nowMs);
  const heardByPeople = newcomers.some((receiver) => receiver.kind !== logKind);
  return {
    alert: {
      ...alert,
      sequence: alert.sequence + 1,
      toldAt: alert.toldAt ?? (heardByPeople ? at : null),
      toldTo: [...toldTo, ...newcomers.map((receiver) => receiver.name)],
    },
    notifications: [
      ...notify(
        alert,
        'firing',
        newcomers.filter((receiver) => receiver.isMirror !== true),
        messages.firing,
        context,
      ),
      ...(messages.update === null ? [] : notify(alert, 'update', knowing, messages.update, context)),
    ],
  };
}

/**
 * Exactly those that got the firing get the resolve, whatever the mode is by now: an end is owed to whoever heard the beginning.
 * A mirror that knows of it sees by itself that it is open no more.
 */
export function tellResolved<A extends Alert>(alert: A, message: () => NotificationMessage, context: DecideContext): Told<A> {
  const knowing = context.receivers.filter((receiver) => receiver.isMirror !== true && (alert.toldTo ?? []).includes(receiver.name));
  if (knowing.length === 0) return { alert, notifications: [] };
  return {
    alert: { ...alert, sequence: alert.sequence + 1 },
    notifications: notify(alert, 'resolved', knowing, message, context),
  };
}

function whoKnows(alert: Alert, context: DecideContext): readonly RoutedReceiver[] {
  const toldTo = alert.toldTo ?? [];
  return context.receivers.filter(
    (receiver) => receiver.isMirror !== true && toldTo.includes(receiver.name) && mayHear(receiver, context.mode),
  );
}

function notify(
  alert: Alert,
  kind: NotificationKind,
  receivers: readonly RoutedReceiver[],
  build: () => NotificationMessage,
  context: DecideContext,
): readonly Notification[] {
  if (receivers.length === 0) return [];
  const at = timestamp(context.nowMs);
  const message = { ...build(), vantage: context.vantage };
  return receivers.map((receiver) => ({
    id: notificationId(alert.id, alert.sequence, receiver.name),
    receiver: receiver.name,
    lane: alert.id,
    sequence: alert.sequence,
    kind,
    response: alert.response,
    at,
    message,
  }));
}
