import type { PropertyVerdict } from '../domain/judge-properties.ts';

type Text = string | null | undefined;

/** A subnet as the row of its virtual network holds it. */
export interface SubnetRow {
  readonly name?: Text;
  readonly properties?:
    | {
        readonly networkSecurityGroup?: { readonly id?: Text } | null | undefined;
        readonly delegations?: readonly { readonly properties?: { readonly serviceName?: Text } | null | undefined }[] | null | undefined;
      }
    | null
    | undefined;
}

/**
 * Each subnet has a network security group, but for those that Azure lets have none, which are named. One verdict for all that have one, and one for each
 * other.
 */
export function judgeSubnets(subnets: readonly SubnetRow[] | null | undefined): readonly PropertyVerdict[] {
  if (subnets === null || subnets === undefined)
    return [{ observed: 'properties.subnets is absent, so which subnets there are is not said', status: 'unknown', reason: 'unsupported' }];
  if (subnets.length === 0) return [{ observed: 'the network has no subnet', status: 'pass' }];
  const guarded = subnets.filter(({ properties }) => isGiven(properties?.networkSecurityGroup?.id));
  const others = subnets.filter((subnet) => !guarded.includes(subnet)).map(judgeBare);
  return [{ observed: `${guarded.length} of ${subnets.length} subnets have a network security group`, status: 'pass' }, ...others];
}

function judgeBare({ name, properties }: SubnetRow): PropertyVerdict {
  const subnet = isGiven(name) ? `subnet ${name}` : 'a subnet without name';
  if (properties === null || properties === undefined)
    return { observed: `${subnet}: its properties are absent`, status: 'unknown', reason: 'malformed' };
  const group = properties.networkSecurityGroup;
  if (group !== null && group !== undefined)
    return { observed: `${subnet}: its network security group has no id`, status: 'unknown', reason: 'malformed' };
  const bare = `${subnet} has no network security group`;
  const platform = platformSubnets.get((name ?? '').toLowerCase());
  if (platform !== undefined) return { observed: `${bare}: ${platform}`, status: 'pass' };
  return judgeDelegated(
    bare,
    (properties.delegations ?? []).map((one) => one.properties?.serviceName ?? ''),
  );
}

/** Names that Azure reserves. Those of the first kind refuse a group; that of Bastion takes one of a fixed kind, and built-in policy e71308d3 asks for none. */
const platformSubnets: ReadonlyMap<string, string> = new Map([
  ['gatewaysubnet', 'Azure supports none there'],
  ['azurefirewallsubnet', 'Azure guards it by itself'],
  ['azurefirewallmanagementsubnet', 'Azure guards it by itself'],
  ['routeserversubnet', 'Azure supports none there'],
  ['azurebastionsubnet', 'only Azure Bastion stands there, which takes 443 alone'],
]);

function judgeDelegated(bare: string, services: readonly string[]): PropertyVerdict {
  const named = (list: readonly string[]) => services.find((service) => list.includes(service.toLowerCase()));
  const refusing = named(refusingServices);
  if (refusing !== undefined) return { observed: `${bare}: ${refusing} supports none`, status: 'pass' };
  const varying = named(varyingServices);
  if (varying === undefined) return { observed: bare, status: 'fail' };
  return {
    observed: `${bare}, and whether ${varying} supports one depends on its network features`,
    status: 'unknown',
    reason: 'unsupported',
  };
}

/** Azure Dedicated HSM, "networking". */
const refusingServices = ['microsoft.hardwaresecuritymodules/dedicatedhsms'];
/** Azure NetApp Files and Oracle Database@Azure: not with basic network features, but with the others. */
const varyingServices = ['microsoft.netapp/volumes', 'oracle.database/networkattachments'];

function isGiven(text: Text): text is string {
  return text !== null && text !== undefined && text !== '';
}
