import { test } from 'vitest';
import { faultNames } from '../../sandbox/azure/faults.ts';
import { slowFaults, walkFault } from '../support/azure-fault-table.ts';

test.each(faultNames.filter((name) => !slowFaults.includes(name)))(
  '%s blinds what it hits for as long as it lasts, and nothing where it passes',
  walkFault,
);
