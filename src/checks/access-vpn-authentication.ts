import { z } from 'zod';
import { showCommand } from '../domain/azure-commands.ts';
import { defineCheck } from '../domain/check.ts';
import { isOneOf, judgeProperties, judgeProperty, type PropertyVerdict } from '../domain/judge-properties.ts';
import { judgePointToSite, type PointToSite } from '../network/point-to-site.ts';
import { networkGateway } from '../network/vpn-gateways.ts';

const text = z.string().nullish();
const texts = z.array(z.string()).nullish();
const tenantMembers = { aadTenant: text, aadIssuer: text };
/** Of both types together: each has some of it. */
const row = z.object({
  properties: z.object({
    gatewayType: text,
    vpnClientConfiguration: z
      .object({
        ...tenantMembers,
        vpnAuthenticationTypes: texts,
        vpnClientProtocols: texts,
        vpnClientRootCertificates: z.array(z.object({})).nullish(),
        radiusServerAddress: text,
        vpnClientAddressPool: z.object({ addressPrefixes: texts }).nullish(),
        vngClientConnectionConfigurations: z.array(z.object({})).nullish(),
      })
      .nullish(),
    vpnAuthenticationTypes: texts,
    vpnProtocols: texts,
    aadAuthenticationParameters: z.object(tenantMembers).nullish(),
  }),
});
type Properties = z.infer<typeof row>['properties'];

/** The gateways for people of a virtual WAN take how these sign in from a resource of its own. */
const serverConfiguration = 'microsoft.network/vpnserverconfigurations';

export const check = defineCheck({
  title: 'People reach the VPN with an account of our Entra tenant only',
  claims: [{ claim: 'operations-access-only', interpretations: ['intent'] }],
  response: 'ticket',
  parameters: z.strictObject({
    /** Id of the tenant whose accounts may come in; absent: any one tenant. */
    tenant: z.guid().optional(),
  }),
  subjects: { resources: [networkGateway, serverConfiguration] },
  needs: { resource: row },
  whenNone: 'unknown',
  judge: ({ type }, { resource: { properties } }, { parameters: { tenant } }) => {
    const pointToSite = type === serverConfiguration ? ofServer(properties) : ofGateway(properties);
    return [
      judgeProperties(
        {
          interpretation: 'intent',
          expected: `people sign in with an account of ${tenant === undefined ? 'one tenant of Entra' : `the tenant ${tenant}`}, by no other means`,
          rule: 'properties',
        },
        pointToSite === null ? [judgeAbsence(properties)] : judgePointToSite(pointToSite, tenant ?? null),
      ),
    ];
  },
  repeat: (subject) =>
    showCommand(
      subject,
      subject.type === serverConfiguration
        ? 'properties.{types: vpnAuthenticationTypes, protocols: vpnProtocols, entra: aadAuthenticationParameters}'
        : 'properties.{kind: gatewayType, types: vpnClientConfiguration.vpnAuthenticationTypes, protocols: vpnClientConfiguration.vpnClientProtocols, tenant: vpnClientConfiguration.aadTenant, issuer: vpnClientConfiguration.aadIssuer, addresses: vpnClientConfiguration.vpnClientAddressPool.addressPrefixes, certificates: vpnClientConfiguration.vpnClientRootCertificates[].name}',
    ),
  mend: 'Let people sign in by Entra alone: az network vnet-gateway update --ids <id> --vpn-auth-type AAD --client-protocol OpenVPN --aad-tenant https://login.microsoftonline.com/<tenant>/ --aad-issuer https://sts.windows.net/<tenant>/ --aad-audience <id of the VPN client application>; then give them the new client profile and remove the root certificates and the RADIUS server.',
});

function ofGateway({ vpnClientConfiguration: configuration }: Properties): PointToSite | null {
  if (configuration === null || configuration === undefined) return null;
  return {
    path: 'properties.vpnClientConfiguration',
    authenticationTypes: configuration.vpnAuthenticationTypes,
    protocols: configuration.vpnClientProtocols,
    tenantAddress: configuration.aadTenant,
    issuer: configuration.aadIssuer,
    hasRootCertificates: (configuration.vpnClientRootCertificates ?? []).length > 0,
    hasRadiusServer: (configuration.radiusServerAddress ?? '') !== '',
    hasAddressPool: hasAddressPool(configuration),
  };
}

/** Groups of people can have addresses of their own. */
function hasAddressPool(configuration: NonNullable<Properties['vpnClientConfiguration']>): boolean | null {
  if ((configuration.vngClientConnectionConfigurations ?? []).length > 0) return true;
  const prefixes = configuration.vpnClientAddressPool?.addressPrefixes;
  return prefixes === null || prefixes === undefined ? null : prefixes.length > 0;
}

function ofServer({ vpnAuthenticationTypes, vpnProtocols, aadAuthenticationParameters }: Properties): PointToSite {
  return {
    path: 'properties',
    authenticationTypes: vpnAuthenticationTypes,
    protocols: vpnProtocols,
    tenantAddress: aadAuthenticationParameters?.aadTenant,
    issuer: aadAuthenticationParameters?.aadIssuer,
    hasRootCertificates: false,
    hasRadiusServer: false,
    // The gateways that use it have one each.
    hasAddressPool: true,
  };
}

/** A gateway whose row is there and sets nothing up for people lets none in (VpnClientConfiguration of Microsoft.Network). */
function judgeAbsence({ gatewayType }: Properties): PropertyVerdict {
  const path = 'properties.gatewayType';
  const known = judgeProperty({ path, rule: path, isGood: isOneOf(['Vpn', 'ExpressRoute', 'LocalGateway'], []) }, gatewayType);
  if (known.status !== 'pass') return known;
  return {
    rule: 'properties.vpnClientConfiguration',
    observed: 'the gateway has no point-to-site configuration, so that nobody signs in to it',
    status: 'pass',
  };
}
