import type { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { addNetworkDiffCommand } from './network-diff.ts';
import { addNetworkExplainCommand } from './network-explain.ts';
import { addNetworkProposeCommand } from './network-propose.ts';

/** `network`: what can reach what, from what the daemon recorded. */
export function addNetworkCommand(program: Command, context: CommandContext): void {
  const network = program.command('network').description('what can reach what in the network, from what the daemon recorded');
  addNetworkExplainCommand(network, context);
  addNetworkProposeCommand(network, context);
  addNetworkDiffCommand(network, context);
}
