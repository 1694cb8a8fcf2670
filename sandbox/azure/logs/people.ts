/** Who works here. Nobody of them, and none of these addresses, may ever reach the product. */
export interface Person {
  readonly name: string;
  readonly mail: string;
  readonly objectId: string;
  readonly address: string;
}

const names = ['Anna Keller', 'Bram de Vries', 'Chiara Conti', 'Dávid Horváth', 'Elif Yılmaz', 'Fatima Haddad', 'Grace Okafor'] as const;

function personOf(name: string, index: number): Person {
  const mail = `${name.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('ı', 'i').toLowerCase().replaceAll(' ', '.')}@example.com`;
  return { name, mail, objectId: `77777777-7777-4777-8777-00000000000${index}`, address: `198.51.100.${17 + index}` };
}

const [first, ...others] = names;
export const people: readonly [Person, ...Person[]] = [personOf(first, 0), ...others.map((name, index) => personOf(name, index + 1))];
