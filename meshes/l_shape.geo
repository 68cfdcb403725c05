// The square (-1, 1)^2 without its lower right quarter; the physical curve "rim". -setnumber h 0.1
SetFactory("Built-in");
DefineConstant[ h = 0.1 ];
Point(1) = {-1, -1, 0, h};
Point(2) = {0, -1, 0, h};
Point(3) = {0, 0, 0, h};
Point(4) = {1, 0, 0, h};
Point(5) = {1, 1, 0, h};
Point(6) = {-1, 1, 0, h};
For k In {1:6}
  Line(k) = {k, 1 + k % 6};
EndFor
Curve Loop(1) = {1:6};
Plane Surface(1) = {1};
Physical Curve("rim", 1) = {1:6};
Physical Surface("l", 2) = {1};
