export class Vec {
  constructor(x) {
    this.x = x;
  }
  double() {
    return new Vec(2 * this.x);
  }
}
