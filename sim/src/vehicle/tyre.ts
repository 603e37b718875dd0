/**
 * The brush tyre model with parabolic pressure and combined slip (Fiala 1954; Pacejka, "Tyre and Vehicle Dynamics", 3rd ed.,
 * section 3.2): with s the slip over the slip at which the whole contact patch slides,
 *
 *   F = mu Fz (3 |s| - 3 |s|^2 + |s|^3) for |s| < 1, mu Fz beyond, against the slip's direction,
 *   s = (c_x sigma_x, c_y sigma_y) / (3 mu),
 *
 * where c is the slip stiffness over load. The force can never leave the friction circle of radius mu Fz (the ellipse with equal
 * axes), and tends to mu Fz under any large slip, so there is no peak to lose.
 *
 * Along the wheel the force is what brake and engine ask for, as long as slip can provide it: s_x is solved for and held within
 * +-1, which is an ideal anti-lock and traction control. Wheel spin therefore is no state. Across, and for a wheel that its
 * brake holds, the slip comes from a deflection that follows the motion of the contact patch over a relaxation length (Pacejka,
 * section 5.4); at standstill it is a spring with damping, so that a parked car neither creeps nor trembles.
 */

/** s: damping of the carcass over its stiffness; some half of critical for a car's mass on its tyres. */
const CARCASS_DAMPING = 0.045;

/** Of the force along the wheel, over mu Fz. */
const ACCURACY = 1e-4;

/** m/s: below it the steady slip angle is not taken for more than this speed would give. */
const SLOW = 1;

/**
 * The lateral deflection after dt, m.
 * @param deflection before. @param across m/s, of the contact patch to its left. @param along m/s, forward.
 * @param relaxation m. @param sliding deflection at which all of the patch slides, m.
 */
export function deflectLateral(
  deflection: number,
  across: number,
  along: number,
  relaxation: number,
  sliding: number,
  dt: number,
): number {
  const speed = along < 0 ? -along : along;
  const next = (deflection + across * dt) / (1 + (speed * dt) / relaxation);
  // A sliding tyre does not stretch on, but to what its steady slip angle gives: else it would push back when the slide ends.
  const steady = ((across < 0 ? -across : across) * relaxation) / (speed > SLOW ? speed : SLOW);
  const limit = steady > sliding ? steady : sliding;
  return next > limit ? limit : next < -limit ? -limit : next;
}

/** Deflection of a wheel that brake and rolling resistance hold: follows the motion until the holding force gives way, m. */
export function deflectHeld(deflection: number, along: number, limit: number, dt: number): number {
  const next = deflection + along * dt;
  return next > limit ? limit : next < -limit ? -limit : next;
}

/** The deflection that counts for the force: with the damping of the carcass. */
export function damped(before: number, after: number, dt: number): number {
  return after + ((after - before) * CARCASS_DAMPING) / dt;
}

/**
 * The slip s_x that makes the wanted force along the wheel, -1..1.
 * @param demand wanted force over mu Fz. @param across s_y.
 */
export function slipFor(demand: number, across: number): number {
  const wanted = demand < 0 ? -demand : demand;
  let slip = 1;
  if (wanted < 1) {
    // Newton from below: the force is a concave rising function of s_x, so that every iterate stays under the root. It starts
    // from the series of the inverse without lateral slip, which that slip can only raise.
    slip = wanted * (1 / 3 + wanted * (1 / 9));
    const across2 = across * across;
    for (let i = 0; i < 4; i++) {
      const total = Math.sqrt(slip * slip + across2);
      let force: number;
      let slope: number;
      if (total < 1) {
        const unit = 3 - 3 * total + total * total;
        force = slip * unit;
        slope = unit + (total > 0 ? (slip * slip * (2 * total - 3)) / total : 0);
      } else {
        force = slip / total;
        slope = across2 / (total * total * total);
      }
      const missing = wanted - force;
      if (missing < ACCURACY) break;
      // Where the slope vanishes, all of the patch slides.
      slip = slope > ACCURACY ? slip + missing / slope : 1;
      if (slip >= 1) {
        slip = 1;
        break;
      }
    }
  }
  return demand < 0 ? -slip : slip;
}

/** Force over mu Fz for unit slip, at total slip |s|: multiply with s_x and s_y. */
export function gain(total: number): number {
  return total < 1 ? 3 - 3 * total + total * total : 1 / total;
}
