import { cityMap } from './city.ts';
import { motorwayMap } from './motorway.ts';
import { roundaboutMap } from './roundabout.ts';
import { ruralMap } from './rural.ts';
import { tunnelMap } from './tunnel.ts';
import { workZoneMap } from './work-zone.ts';

/** Our own road maps by name: each returns the text of its OpenDRIVE file, `scenarios/maps/NAME.xodr`. */
export const OWN_MAPS = {
  city: cityMap,
  motorway: motorwayMap,
  roundabout: roundaboutMap,
  rural: ruralMap,
  tunnel: tunnelMap,
  'work-zone': workZoneMap,
} as const satisfies Readonly<Record<string, () => string>>;
