// Two squares of side 2 joined by a corridor of length 1 and width 2/5; walls "wall", and the right
// square's right side "door". -setnumber h 0.2
SetFactory("Built-in");
DefineConstant[ h = 0.2 ];
s = h / 2;
Point(1) = {-2.5, -1, 0, h};
Point(2) = {-0.5, -1, 0, h};
Point(3) = {-0.5, -0.2, 0, s};
Point(4) = {0.5, -0.2, 0, s};
Point(5) = {0.5, -1, 0, h};
Point(6) = {2.5, -1, 0, h};
Point(7) = {2.5, 1, 0, h};
Point(8) = {0.5, 1, 0, h};
Point(9) = {0.5, 0.2, 0, s};
Point(10) = {-0.5, 0.2, 0, s};
Point(11) = {-0.5, 1, 0, h};
Point(12) = {-2.5, 1, 0, h};
For k In {1:12}
  Line(k) = {k, 1 + k % 12};
EndFor
Curve Loop(1) = {1:12};
Plane Surface(1) = {1};
Physical Curve("wall", 1) = {1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12};
Physical Curve("door", 2) = {6};
Physical Surface("dumbbell", 3) = {1};
