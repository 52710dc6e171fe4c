#pragma once

namespace nodtrack::imaging {

/// The share of a ball that a place sees through a Gaussian blur, and its slopes.
struct BlurredBall {
    double share = 0;        ///< 1 deep inside, 0 far outside
    double by_radius = 0;    ///< per mm of the ball's radius
    double by_distance = 0;  ///< per mm of distance from its centre
    double by_blur = 0;      ///< per mm of the blur's standard deviation
};

/// Exact for a ball of radius `radius` and an isotropic blur of standard deviation `blur`, at `distance` from its
/// centre: the integral of the Gaussian over the ball. All mm, above 0.
BlurredBall blurred_ball(double distance, double radius, double blur);

/// The share seen by a place `depth` behind a plane surface, and the slopes by depth and blur. mm.
struct BlurredPlane {
    double share = 0;
    double by_depth = 0;
    double by_blur = 0;
};
BlurredPlane blurred_plane(double depth, double blur);

/// The share of a long straight tube seen at `distance` from its axis through a blur, and its slopes; to about 1 %.
struct BlurredTube {
    double share = 0;
    double by_radius = 0;
    double by_distance = 0;
    double by_blur = 0;
};
BlurredTube blurred_tube(double distance, double radius, double blur);

/// The share that two blurred bodies have in common, seen at shares `a` and `b` of each, where `cosine` is that of the
/// angle between their surfaces' normals: exact for plane surfaces at right angles, alike and opposite, and for two
/// half-covered ones at any angle; in between by interpolation.
struct Overlap {
    double share = 0;
    double by_a = 0;
    double by_b = 0;
};
Overlap overlap(double a, double b, double cosine);

}  // namespace nodtrack::imaging
