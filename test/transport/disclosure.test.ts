import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { azureRegions, azureServiceSuffixes } from '../../src/transport/azure-names.ts';
import { findDisclosures, findNameDisclosures } from '../../src/transport/disclosure.ts';
import { mediaTypes, protocolNames, serverProducts } from '../../src/transport/product-names.ts';

const shown = (text: string): readonly string[] => findDisclosures(text).map((found) => `${found.what}: ${found.text}`);
const shownOfName = (name: string): readonly string[] => findNameDisclosures(name).map((found) => `${found.what}: ${found.text}`);

describe('a text tells', () => {
  test.each([
    ['server: nginx/1.22.1', ['version: nginx/1.22.1']],
    ['<hr><center>nginx/1.22.1</center>', ['version: nginx/1.22.1']],
    ['served by nginx/1.22.1.', ['version: nginx/1.22.1']],
    ['server: Apache/2.4.54 (Debian)', ['version: Apache/2.4.54']],
    ['server: Apache/2', ['version: Apache/2']],
    [
      'server: Apache/2.4.54 (Unix) mod_ssl/2.8 OpenSSL/1.1.1n PHP/8.2.7',
      ['version: Apache/2.4.54', 'version: OpenSSL/1.1.1n', 'version: PHP/8.2.7', 'version: mod_ssl/2.8'],
    ],
    ['<address>Apache/2.4.54 (Debian) Server at shop.example.com Port 80</address>', ['version: Apache/2.4.54']],
    ['server: Microsoft-IIS/10.0', ['version: Microsoft-IIS/10.0']],
    ['<title>IIS 10.0 Detailed Error - 404.0 - Not Found</title>', ['version: IIS 10.0']],
    ['x-aspnet-version: 4.0.30319', ['version: x-aspnet-version: 4.0.30319']],
    ['X-AspNetMvc-Version: 5.2', ['version: X-AspNetMvc-Version: 5.2']],
    ['X-Umbraco-Version: 10.3.1', ['version: X-Umbraco-Version: 10.3.1']],
    ['ASP.NET Version:4.0.30319', ['version: ASP.NET Version:4.0.30319']],
    ['&nbsp;Microsoft .NET Framework Version:4.0.30319', ['version: .NET Framework Version:4.0.30319']],
    ['<h3>Apache Tomcat/9.0.1</h3>', ['version: Apache Tomcat/9.0.1']],
    ['<h3>Apache Tomcat Version 9.0.65</h3>', ['version: Apache Tomcat Version 9.0.65']],
    ['x-powered-by: PHP/8.2.7', ['version: PHP/8.2.7']],
    ['x-powered-by: PHP/8', ['version: PHP/8']],
    ['x-powered-by: Phusion Passenger(R) 6.0.4', ['version: Phusion Passenger(R) 6.0.4']],
    ['server: Kestrel/8.0', ['version: Kestrel/8.0']],
    ['server: SomethingNew/0.9.1-beta', ['version: SomethingNew/0.9.1-beta']],
    ['liferay-portal: Liferay Community Edition Portal 7.4.3 CE GA4', ['version: Portal 7.4.3']],
    ['x-powered-by: Servlet 2.5; JBoss-5.0/JBossWeb-2.1', ['version: JBoss-5.0', 'version: JBossWeb-2.1', 'version: Servlet 2.5']],
    ['Server: Something New 1.2 (HTTP/1.1)', ['version: New 1.2']],
    ['via: 1.1 varnish (Varnish/6.0)', ['version: Varnish/6.0']],
    ['<meta name="generator" content="WordPress 6.4.2">', ['version: WordPress 6.4.2']],
    ['x-generator: Drupal 10 (https://www.drupal.org)', ['version: Drupal 10']],
    ['Werkzeug/2.0.1 Python/3.9.2', ['version: Python/3.9.2', 'version: Werkzeug/2.0.1']],
    ['x-ms-region: West Europe', ['region: West Europe']],
    ['Location: South India', ['region: South India']],
    ['<b>data centre:</b> <i>East Asia</i>', ['region: East Asia']],
    ['North Europe (Azure)', ['region: North Europe']],
    ['served from Germany West Central', ['region: Germany West Central']],
    ['location: https://10.0.0.4/login', ['internal-name: 10.0.0.4']],
    ['<a href="http://192.168.7.1:8080/">', ['internal-name: 192.168.7.1']],
    ['runs in East US 2 now', ['region: East US 2']],
    ['in West Central US', ['region: West Central US']],
    ['x-served-from: germanywestcentral', ['region: germanywestcentral']],
    ['x-node: app-WestEurope-01', ['region: WestEurope']],
    ['location: https://shop.azurewebsites.net/login', ['service: azurewebsites.net (App Service)']],
    ['https://a-b.westeurope-01.azurewebsites.net', ['region: westeurope', 'service: azurewebsites.net (App Service)']],
    ['https://files.blob.core.windows.net/x', ['service: blob.core.windows.net (Blob Storage)']],
    ['server: Microsoft-Azure-Application-Gateway/v2', ['service: Microsoft-Azure-Application-Gateway (Application Gateway)']],
    [
      'server: Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0',
      ['service: Windows-Azure-Blob (Blob Storage)', 'version: Microsoft-HTTPAPI/2.0', 'version: Windows-Azure-Blob/1.0'],
    ],
    ['location: http://app01.corp:8080/', ['internal-name: app01.corp']],
    ['location: https://vm1.internal.cloudapp.net/', ['internal-name: vm1.internal.cloudapp.net']],
  ])('%s', (text, expected) => {
    expect(shown(text)).toEqual(expected);
  });
});

describe('a text tells nothing', () => {
  test.each([
    [''],
    ['server: nginx'],
    ['server: Kestrel'],
    ['x-powered-by: ASP.NET'],
    ['nginx/'],
    ['nginx/latest'],
    ['HTTP/1.1 404 Not Found'],
    ['via: 1.1 varnish'],
    ['upgrade: TLS/1.3, HTTP/2.0'],
    ['content-type: text/html; charset=utf-8'],
    ['accept: video/3gpp, audio/32kadpcm;q=0.9'],
    ['date: Tue, 24 Nov 2026 12:00:00 GMT'],
    ['24/11/2026 and 2026/11/24 and 24/Nov/2026'],
    ['you asked with Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36'],
    ['you asked with curl/8.9.1'],
    ['<script src="/static/app/1.2.3/main.js"></script>'],
    ['<script src="lib/1.2.3.min.js"></script>'],
    ['<link href="jquery/3.6.0/jquery.css">'],
    ['<a href="posts/1.2">'],
    ['background: url(img/1.5)'],
    ['page/2'],
    ['loads lib/1.2.3/main'],
    ['get wordpress-6.4.2.zip'],
    ['etag: W/"1.2.3"'],
    ['content-range: bytes 0-99/1234'],
    ['x-ms-version: 2021-08-06'],
    ['x-note: Something New 1.2'],
    ['the server: Something New 1.2'],
    ['server: cloud'],
    ['api-version: 2.0'],
    ['mime-version: 1.0'],
    ['<?xml version="1.0"?>'],
    ['-//W3C//DTD XHTML 1.0 Strict//EN'],
    ['example.com/2.0'],
    ['x-azure-ref: 20261124T122245Z-16f6b9d8c5x'],
    ['hosted on Azure, Microsoft Azure'],
    ['https://portal.azure.com/'],
    ['azurewebsites.net.example.com'],
    ['notazurewebsites.net'],
    ['customers of western europe, and of East Asian countries'],
    ['westeuropean'],
    ['We ship to West Europe, East Asia, Southeast Asia and Central US; try our South India spices'],
    ['<style>body { font: medium/1.6 sans-serif } h1 { font:x-large/1.25 Arial; font: inherit/1.5 a }</style>'],
    ['this.state.local = window.internal'],
    ['http://localhost/'],
    ['https://10.example.com/ https://203.0.113.7/ https://10.0.0.4.example.com/'],
    ['1.2.3.4'],
  ])('%s', (text) => {
    expect(shown(text)).toEqual([]);
  });
});

describe('a name tells', () => {
  test.each([
    ['shop.azurewebsites.net', ['service: azurewebsites.net (App Service)']],
    ['SHOP.AZUREWEBSITES.NET.', ['service: azurewebsites.net (App Service)']],
    ['azurewebsites.net', ['service: azurewebsites.net (App Service)']],
    ['shop.z01.azurefd.net', ['service: azurefd.net (Front Door)']],
    ['shop.afd.azureedge.net', ['service: afd.azureedge.net (Front Door)']],
    ['vm.westeurope.cloudapp.azure.com', ['region: westeurope', 'service: cloudapp.azure.com (public address of a virtual network)']],
    ['shop-germanywestcentral-01.example.com', ['region: germanywestcentral']],
    ['*.west-europe.example.com', ['region: west-europe']],
    ['a_east_us_2.example.com', ['region: east-us-2']],
    ['south-central-us-2.example.com', ['region: south-central-us-2']],
    ['db01.corp', ['internal-name: db01.corp']],
    ['home.arpa', ['internal-name: home.arpa']],
    ['*.db.local', ['internal-name: db.local']],
    ['printer.home.arpa', ['internal-name: printer.home.arpa']],
    ['vm1.abc.ax.internal.cloudapp.net', ['internal-name: vm1.abc.ax.internal.cloudapp.net']],
    ['web01', ['internal-name: web01']],
    ['10.0.0.4', ['internal-name: 10.0.0.4']],
    ['172.16.0.1', ['internal-name: 172.16.0.1']],
    ['172.31.255.255', ['internal-name: 172.31.255.255']],
    ['192.168.1.1', ['internal-name: 192.168.1.1']],
    ['fd12:3456::1', ['internal-name: fd12:3456::1']],
    ['fe80::1', ['internal-name: fe80::1']],
    ['169.254.10.1', ['internal-name: 169.254.10.1']],
    ['100.64.0.1', ['internal-name: 100.64.0.1']],
    ['100.127.255.255', ['internal-name: 100.127.255.255']],
    ['::ffff:10.0.0.4', ['internal-name: ::ffff:10.0.0.4']],
  ])('%s', (name, expected) => {
    expect(shownOfName(name)).toEqual(expected);
  });
});

describe('a name tells nothing', () => {
  test.each([
    ['shop.example.com'],
    ['*.example.com'],
    ['azure.example.com'],
    ['corp.example.com'],
    ['local.example.com'],
    ['westeuropean.example.com'],
    ['west.europe.example.com'],
    ['azurewebsites.net.example.com'],
    ['myazurefd.net'],
    ['localhost'],
    ['127.0.0.1'],
    ['172.15.0.1'],
    ['172.32.0.1'],
    ['11.0.0.1'],
    ['2001:db8::1'],
    ['100.63.255.255'],
    ['100.128.0.0'],
    ['::ffff:203.0.113.1'],
    [''],
  ])('%s', (name) => {
    expect(shownOfName(name)).toEqual([]);
  });
});

describe('laws', () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9]{2,12}$/);

  test('every region is found by either of its names, alone and inside a name', () => {
    for (const region of azureRegions) {
      const name = region.replaceAll(' ', '').toLowerCase();
      expect(shown(`hosted in ${region}, y`)).toEqual([`region: ${region}`]);
      expect(shown(`x-region: ${name}`)).toEqual([`region: ${name}`]);
      expect(shownOfName(`a-${name}-1.example.com`)).toEqual([`region: ${name}`]);
    }
  });

  test('every service is found under any name, and by its own end alone', () => {
    for (const [suffix, service] of azureServiceSuffixes) {
      expect(shownOfName(`x1.${suffix}`)).toEqual([`service: ${suffix} (${service})`]);
      expect(shownOfName(`x1.${suffix}.example.com`)).toEqual([]);
    }
  });

  test('a product with a version in three parts is found, whatever it is called', () => {
    const lookAlike = new Set([
      ...protocolNames,
      ...mediaTypes,
      'mozilla',
      'gecko',
      'chrome',
      'safari',
      'firefox',
      'edge',
      'opera',
      'curl',
      'wget',
      'mobile',
    ]);
    fc.assert(
      fc.property(word, fc.array(fc.nat(9_999), { minLength: 3, maxLength: 4 }), (product, numbers) => {
        fc.pre(!lookAlike.has(product));
        expect(shown(`server: ${product}/${numbers.join('.')}`)).toContain(`version: ${product}/${numbers.join('.')}`);
      }),
    );
  });

  test('no digit, no version', () => {
    fc.assert(
      fc.property(fc.constantFrom(...serverProducts), fc.stringMatching(/^[A-Za-z .:;/()-]{0,40}$/), (product, rest) => {
        expect(findDisclosures(`${product}${rest}`).filter(({ what }) => what === 'version')).toEqual([]);
      }),
    );
  });

  test('time grows with the length of the text, whatever stands in it', () => {
    const bits = [
      'a',
      'a.',
      'a-',
      'a/',
      '1',
      '1.',
      'a/1',
      'PHP ',
      'php 1',
      'East ',
      'East US ',
      'http://',
      'http://a.',
      '.net ',
      'x-a-version: 1.',
      'generator: a ',
      '(',
      '_',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...bits), { minLength: 1, maxLength: 3 }), (pattern) => {
        const text = pattern.join('').repeat(20_000).slice(0, 100_000);
        const startedMs = performance.now();
        findDisclosures(text);
        findNameDisclosures(text.slice(0, 10_000));
        // A quadratic search takes minutes for as much.
        expect(performance.now() - startedMs).toBeLessThan(5_000);
      }),
      { numRuns: 40 },
    );
  });
});
