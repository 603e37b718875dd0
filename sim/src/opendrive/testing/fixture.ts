/** Writes small OpenDRIVE files for tests, element by element. */

export function openDrive(...content: string[]): string {
  return ['<OpenDRIVE>', '<header revMajor="1" revMinor="7"/>', ...content, '</OpenDRIVE>'].join('\n');
}

export interface RoadText {
  readonly id?: string;
  /** m; of the road and, where no `planView` is given, of a straight line from the origin to the east. */
  readonly length?: number;
  readonly planView?: string;
  readonly junction?: string;
  readonly rule?: 'RHT' | 'LHT';
  readonly link?: string;
  readonly type?: string;
  readonly elevation?: string;
  readonly lateral?: string;
  readonly laneOffset?: string;
  readonly lanes?: string;
  readonly objects?: string;
  readonly signals?: string;
}

/** A road; without `lanes` it has one lane each way, 3.5 m wide. */
export function road(text: RoadText = {}): string {
  const { id = '1', length = 100, junction = '-1', rule = 'RHT' } = text;
  return [
    `<road id="${id}" length="${length}" junction="${junction}" rule="${rule}">`,
    `<link>${text.link ?? ''}</link>`,
    text.type ?? '',
    `<planView>${text.planView ?? line(0, 0, 0, length)}</planView>`,
    `<elevationProfile>${text.elevation ?? ''}</elevationProfile>`,
    `<lateralProfile>${text.lateral ?? ''}</lateralProfile>`,
    `<lanes>${text.laneOffset ?? ''}`,
    text.lanes ?? section(0, [lane(1), lane(-1)]),
    '</lanes>',
    `<objects>${text.objects ?? ''}</objects>`,
    `<signals>${text.signals ?? ''}</signals>`,
    '</road>',
  ].join('\n');
}

export function line(x: number, y: number, heading: number, length: number, s = 0): string {
  return geometry(x, y, heading, length, '<line/>', s);
}

export function geometry(x: number, y: number, heading: number, length: number, shape: string, s = 0): string {
  return `<geometry s="${s}" x="${x}" y="${y}" hdg="${heading}" length="${length}">${shape}</geometry>`;
}

/** @param lanes from the outermost left to the outermost right, without the centre lane. */
export function section(s: number, lanes: readonly string[], centre = '', attributes = ''): string {
  const side = (name: string, own: (id: number) => boolean): string => {
    const texts = lanes.filter((text) => own(Number(/id="(-?\d+)"/.exec(text)?.[1])));
    return texts.length > 0 ? `<${name}>${texts.join('\n')}</${name}>` : '';
  };
  return [
    `<laneSection s="${s}" ${attributes}>`,
    side('left', (id) => id > 0),
    `<center><lane id="0" type="none">${centre}</lane></center>`,
    side('right', (id) => id < 0),
    '</laneSection>',
  ].join('\n');
}

export interface LaneText {
  readonly type?: string;
  /** m, or the elements that say it. */
  readonly width?: number | string;
  readonly predecessor?: number;
  readonly successor?: number;
  /** Type of the road mark on the outer edge. */
  readonly mark?: string;
  readonly more?: string;
  readonly attributes?: string;
}

export function lane(id: number, text: LaneText = {}): string {
  const { width = 3.5, predecessor, successor } = text;
  return [
    `<lane id="${id}" type="${text.type ?? 'driving'}" ${text.attributes ?? ''}><link>`,
    predecessor === undefined ? '' : `<predecessor id="${predecessor}"/>`,
    successor === undefined ? '' : `<successor id="${successor}"/>`,
    '</link>',
    typeof width === 'number' ? `<width sOffset="0" a="${width}" b="0" c="0" d="0"/>` : width,
    text.mark === undefined ? '' : `<roadMark sOffset="0" type="${text.mark}"/>`,
    text.more ?? '',
    '</lane>',
  ].join('\n');
}

/** A link of a road to a road. */
export function toRoad(name: 'predecessor' | 'successor', id: string, contact: 'start' | 'end'): string {
  return `<${name} elementType="road" elementId="${id}" contactPoint="${contact}"/>`;
}

export function toJunction(name: 'predecessor' | 'successor', id: string): string {
  return `<${name} elementType="junction" elementId="${id}"/>`;
}

/**
 * A T of one-lane-each-way roads: 1 comes from the west and ends 10 m before the middle, 2 goes on to the east, 3 to the south; the
 * junction `j` has connecting roads 12 (straight on), 21 (back), 13 (right into 3) and 32 (right into 2).
 */
export function tJunction(
  more: {
    signals1?: string;
    signals3?: string;
    signals12?: string;
    objects1?: string;
    junction?: string;
    rest?: string;
  } = {},
): string {
  const quarter = Math.PI / 2;
  const connecting = (
    id: string,
    planView: string,
    length: number,
    from: [string, 'start' | 'end'],
    to: [string, 'start' | 'end'],
    links: [number, number],
    signals = '',
  ): string =>
    road({
      id,
      length,
      junction: 'j',
      planView,
      signals,
      link: toRoad('predecessor', ...from) + toRoad('successor', ...to),
      lanes: section(0, [lane(-1, { predecessor: links[0], successor: links[1] })]),
    });
  const type = '<type s="0" type="town"><speed max="50" unit="km/h"/></type>';
  // The right lane of road 1 is 1.75 m south of its line, that of road 3 for those who drive away 1.75 m to the west of its own.
  const arc = (x: number, y: number, heading: number, curvature: number): string =>
    geometry(x, y, heading, quarter / Math.abs(curvature), `<arc curvature="${curvature}"/>`);
  return openDrive(
    road({
      id: '1',
      length: 90,
      type,
      planView: line(-100, 0, 0, 90),
      link: toJunction('successor', 'j'),
      signals: more.signals1 ?? '',
      objects: more.objects1 ?? '',
    }),
    road({ id: '2', length: 90, type, planView: line(10, 0, 0, 90), link: toJunction('predecessor', 'j') }),
    road({
      id: '3',
      length: 90,
      type,
      planView: line(0, -10, -quarter, 90),
      link: toJunction('predecessor', 'j'),
      signals: more.signals3 ?? '',
    }),
    connecting('12', line(-10, 0, 0, 20), 20, ['1', 'end'], ['2', 'start'], [-1, -1], more.signals12),
    connecting('21', line(10, 0, Math.PI, 20), 20, ['2', 'start'], ['1', 'end'], [1, 1]),
    connecting('13', arc(-10, 0, 0, -0.1), 10 * quarter, ['1', 'end'], ['3', 'start'], [-1, -1]),
    connecting('32', arc(0, -10, quarter, -0.1), 10 * quarter, ['3', 'start'], ['2', 'start'], [1, -1]),
    `<junction id="j" name="T">
      <connection id="0" incomingRoad="1" connectingRoad="12" contactPoint="start"><laneLink from="-1" to="-1"/></connection>
      <connection id="1" incomingRoad="2" connectingRoad="21" contactPoint="start"><laneLink from="1" to="-1"/></connection>
      <connection id="2" incomingRoad="1" connectingRoad="13" contactPoint="start"><laneLink from="-1" to="-1"/></connection>
      <connection id="3" incomingRoad="3" connectingRoad="32" contactPoint="start"><laneLink from="1" to="-1"/></connection>
      ${more.junction ?? ''}
    </junction>`,
    more.rest ?? '',
  );
}
