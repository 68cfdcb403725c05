// The rectangle (-1, 1) x (-1/2, 1/2), its sides "left", "right" and "wall" (the two long ones). -setnumber h 0.1
SetFactory("Built-in");
DefineConstant[ h = 0.1 ];
Point(1) = {-1, -0.5, 0, h};
Point(2) = {1, -0.5, 0, h};
Point(3) = {1, 0.5, 0, h};
Point(4) = {-1, 0.5, 0, h};
For k In {1:4}
  Line(k) = {k, 1 + k % 4};
EndFor
Curve Loop(1) = {1:4};
Plane Surface(1) = {1};
Physical Curve("left", 1) = {4};
Physical Curve("right", 2) = {2};
Physical Curve("wall", 3) = {1, 3};
Physical Surface("rectangle", 4) = {1};
