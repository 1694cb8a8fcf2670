import { test } from 'vitest';
import { slowFaults, walkFault } from '../support/azure-fault-table.ts';

test.each(slowFaults)('%s blinds what it hits for as long as it lasts, and nothing where it passes', walkFault);
