import type { ResourcePath } from './arm-path.ts';

const settingsType = 'microsoft.insights/diagnosticsettings';
const locksType = 'microsoft.authorization/locks';

/** Whether what is listed hangs on a resource of any other type: `{id}/providers/Microsoft.Insights/diagnosticSettings`. */
export function isExtensionType(type: string): boolean {
  return isSettingsType(type) || type.toLowerCase() === locksType;
}

export function isSettingsType(type: string): boolean {
  return type.toLowerCase() === settingsType;
}

/** Locks are listed with those of everything below the scope, settings are not. */
export function extensionsOf({ scope, type }: ResourcePath): (id: string) => boolean {
  const lower = scope.toLowerCase();
  const withBelow = type.toLowerCase() === locksType;
  return (id) => {
    const itsScope = id.slice(0, id.lastIndexOf('/providers/'));
    return itsScope === lower || (withBelow && itsScope.startsWith(`${lower}/`));
  };
}
