#include "programs/main/front.hpp"

int main(int argc, char** argv) {
  return escapade::run_front(argc, argv);
}
