import { geometry, lane, openDrive, road, section, tJunction, toRoad } from './fixture.ts';

const light =
  '<signal id="7" s="86" t="-4" zOffset="3" orientation="+" dynamic="yes" country="OpenDRIVE" type="1000001"><validity fromLane="-1" toLane="-1"/></signal>';
const yieldSign =
  '<signal id="9" s="2" t="4" orientation="-" dynamic="no" country="DE" type="205"/><signal id="10" s="1" t="2" orientation="-" type="294"/>';

const TILT =
  '<superelevation s="0" a="0.02" b="0" c="0" d="0"/><crossfall side="both" s="0" a="0.01" b="0" c="0" d="0"/>';

/** Small maps with something of everything in them. */
export const WHOLE_MAPS: Record<string, string> = {
  junction: tJunction({
    signals1: light,
    signals3: yieldSign,
    objects1: '<object id="x" type="crosswalk" s="86" t="0" length="4" width="7"/><tunnel id="t" s="10" length="20"/>',
    rest: '<controller id="c"><control signalId="7"/></controller>',
  }),
  curves: openDrive(
    road({
      length: 150,
      type: '<type s="0" type="town"><speed max="50" unit="km/h"/></type>',
      link: toRoad('successor', '2', 'start'),
      planView:
        geometry(0, 0, 0, 50, '<spiral curvStart="0" curvEnd="0.02"/>') +
        geometry(48.76438441001723, 8.185702368785028, 0.5, 100, '<arc curvature="-0.01"/>', 50),
      elevation: '<elevation s="0" a="0" b="0.01" c="0.001" d="0"/><elevation s="70" a="5" b="0" c="0" d="0"/>',
      lateral: TILT,
      laneOffset: '<laneOffset s="0" a="0" b="0" c="0" d="0"/>',
      lanes:
        section(0, [
          lane(1, { successor: 1, mark: 'solid' }),
          lane(-1, { successor: -1, mark: 'broken' }),
          lane(-2, { successor: -2 }),
        ]) +
        section(80, [
          lane(1, { predecessor: 1, successor: 1 }),
          lane(-1, { predecessor: -1, successor: -1, more: '<material sOffset="5" friction="0.4"/>' }),
          lane(-2, {
            predecessor: -2,
            width:
              '<width sOffset="0" a="3.5" b="0" c="0" d="0"/><width sOffset="30" a="3.5" b="-0.0875" c="0" d="0"/>',
          }),
        ]),
    }),
    road({
      id: '2',
      type: '<type s="0" type="town"><speed max="50" unit="km/h"/></type>',
      length: 98.3030529869719,
      link: toRoad('predecessor', '1', 'end'),
      elevation: '<elevation s="0" a="5" b="0" c="0" d="0"/>',
      lateral: TILT,
      planView: geometry(
        144.64949213085783,
        8.185702368785028,
        -0.5,
        98.3030529869719,
        '<paramPoly3 pRange="normalized" aU="0" bU="98" cU="0" dU="0" aV="0" bV="0" cV="10" dV="-3"/>',
      ),
      lanes: section(0, [lane(1, { predecessor: 1 }), lane(-1, { predecessor: -1 })]),
    }),
  ),
  left: openDrive(
    road({
      rule: 'LHT',
      type: '<type s="0" type="rural"><speed max="no limit"/></type>',
      planView: geometry(0, 200, 1, 100, '<poly3 a="0" b="0" c="0.002" d="0"/>'),
      lanes:
        section(0, [lane(1), lane(-1)]) + section(50, [lane(1, { predecessor: 1 }), lane(2)], '', 'singleSide="true"'),
    }),
  ),
};
