import type { Reader } from './attributes.ts';
import { readContact, type RoadEnd } from './road.ts';
import type { XmlElement } from './xml.ts';

/** How the lanes of an incoming road meet those of another in a junction. */
export interface Connection {
  readonly incoming: string;
  /** The connecting road; in a direct junction the road that is linked at once. */
  readonly road: string;
  /** Which of its ends meets the incoming road. */
  readonly contact: RoadEnd;
  readonly lanes: readonly { readonly from: number; readonly to: number }[];
  readonly reader: Reader;
}

export interface Junction {
  readonly id: string;
  readonly name: string;
  /** Its roads meet without connecting roads in between. */
  readonly direct: boolean;
  readonly connections: readonly Connection[];
  /** Ids of roads: traffic that comes over `low` lets that over `high` go first. */
  readonly priorities: readonly { readonly high: string; readonly low: string }[];
  readonly controllers: readonly string[];
  readonly reader: Reader;
}

export function readJunction(root: Reader, element: XmlElement): Junction {
  const id = root.at(element, 'junction').requireText('id');
  const reader = root.at(element, `junction ${id}`);
  const type = reader.text('type') ?? 'default';
  const supported = type === 'default' || type === 'direct';
  if (!supported) reader.warn(`junctions of type ${type} are not supported: its connections are left out`);
  const connections = supported ? reader.children('connection') : [];
  return {
    id,
    name: reader.text('name') ?? '',
    direct: type === 'direct',
    connections: connections.flatMap((connection, i) => readConnection(reader, connection, i)),
    priorities: reader.children('priority').flatMap(({ attributes: { high, low } }) => {
      if (high !== undefined && low !== undefined) return [{ high, low }];
      reader.warn('a priority is left out: expected the attributes high and low');
      return [];
    }),
    controllers: reader.children('controller').flatMap(({ attributes }) => attributes['id'] ?? []),
    reader,
  };
}

function readConnection(junction: Reader, element: XmlElement, index: number): Connection[] {
  const reader = junction.at(element, `connection ${element.attributes['id'] ?? index}`);
  if (reader.child('predecessor') || reader.child('successor'))
    reader.gather('predecessors and successors of connections are not read');
  const incoming = reader.text('incomingRoad');
  const road = reader.text('connectingRoad') ?? reader.text('linkedRoad');
  if (incoming === undefined || road === undefined) {
    reader.warn('it is left out: expected an incomingRoad and a connectingRoad or linkedRoad');
    return [];
  }
  const contact = readContact(reader);
  if (contact === null) return [];
  const lanes = reader.children('laneLink').map((link) => {
    const ends = reader.at(link, 'laneLink');
    const id = (name: string): number => ends.number(name, { min: -1000, max: 1000 });
    return { from: id('from'), to: id('to') };
  });
  return [{ incoming, road, contact, lanes, reader }];
}
