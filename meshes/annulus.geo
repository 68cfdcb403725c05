// The ring 1/2 < r < 1 with the physical curves "inner" and "outer". -setnumber h 0.1
SetFactory("Built-in");
DefineConstant[ h = 0.1 ];
Point(1) = {0, 0, 0, h};
For k In {0:3}
  Point(10 + k) = {Cos(k * Pi / 2) / 2, Sin(k * Pi / 2) / 2, 0, h / 2};
  Point(20 + k) = {Cos(k * Pi / 2), Sin(k * Pi / 2), 0, h};
EndFor
For k In {0:3}
  Circle(10 + k) = {10 + k, 1, 10 + (k + 1) % 4};
  Circle(20 + k) = {20 + k, 1, 20 + (k + 1) % 4};
EndFor
Curve Loop(1) = {20, 21, 22, 23};
Curve Loop(2) = {10, 11, 12, 13};
Plane Surface(1) = {1, 2};
Physical Curve("inner", 1) = {10, 11, 12, 13};
Physical Curve("outer", 2) = {20, 21, 22, 23};
Physical Surface("ring", 3) = {1};
