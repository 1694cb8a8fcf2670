import { type Command, Option } from 'commander';
import { parseAddress } from '../domain/address-range.ts';
import type { NetworkProtocol } from '../domain/exposure.ts';
import { addressSetOf } from '../network/address-set.ts';
import { describeAddresses } from '../network/describe-addresses.ts';
import { type CommandContext, finish } from './command-context.ts';
import { findNetworkSubject } from './find-network-subject.ts';
import { answerNetwork, type NetworkQuestion } from './network-answer.ts';
import { showNetworkAnswer } from './network-answer-text.ts';
import { type ExitCode, exitCodes, UsageError } from './roof.ts';
import { seeNetworkNow } from './seen-network.ts';
import { withState } from './with-state.ts';

interface ExplainOptions {
  readonly port?: string;
  readonly protocol?: string;
  readonly from?: string;
}

const protocols = { tcp: 'Tcp', udp: 'Udp', icmp: 'Icmp', esp: 'Esp', ah: 'Ah', any: 'any' } as const;

/** `network explain`: what can reach a resource, and which rules decide, from what was recorded. */
export function addNetworkExplainCommand(network: Command, context: CommandContext): void {
  network
    .command('explain')
    .description('whether a port can be reached, over every way in, with the rules that decide; exit code 0 answered, 2 it cannot be known')
    .argument(
      '<resource-or-address>',
      'id, name or address of an interface, a machine, a scale set, a public address, a balancer, a gateway or a firewall',
    )
    .option('-p, --port <port>', 'this port: of an interface its own, of what stands outside the one there; without it, all that is open')
    .addOption(new Option('--protocol <protocol>', 'this protocol (default: tcp with --port, else any)').choices(Object.keys(protocols)))
    .option('--from <address>', 'from this address, public or of a connected network; without it, from anywhere on the Internet')
    .action((text: string, options: ExplainOptions) => finish(context, () => explain(context, text, options)));
}

async function explain(context: CommandContext, text: string, options: ExplainOptions): Promise<ExitCode> {
  const question = readQuestion(options);
  const rooms = await context.rooms();
  return await withState(context, async (state, plan) => {
    const seen = await seeNetworkNow(state, plan, rooms);
    const answer = answerNetwork(seen, findNetworkSubject(seen, text), question);
    context.roof.print(
      context.json() ? `${JSON.stringify(answer, null, 2)}\n` : showNetworkAnswer(answer, context.roof.clock.now(), context.paper()),
    );
    return answer.verdict === 'unknown' ? exitCodes.unknown : exitCodes.pass;
  });
}

/** @throws UsageError */
function readQuestion({ port, protocol, from }: ExplainOptions): NetworkQuestion {
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535))
    throw new UsageError(`--port ${port}: expected a number from 0 to 65535`);
  const source = from === undefined || parseAddress(from) === null ? null : addressSetOf([from]);
  if (from !== undefined && source === null) throw new UsageError(`--from ${from}: expected an address, 203.0.113.7`);
  const spoken: NetworkProtocol | undefined = Object.entries(protocols).find(([name]) => name === protocol)?.[1];
  return {
    port: port === undefined ? null : Number(port),
    protocol: spoken ?? (port === undefined ? 'any' : 'Tcp'),
    from: source === null ? null : (describeAddresses(source)[0] ?? null),
  };
}
