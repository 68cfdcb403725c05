// gth_mumps N [ORDERING]: MUMPS through PETSc on the benchmark matrix with exit, one rank.
// ORDERING is MUMPS's ICNTL(7) (5: METIS; 7, the default: MUMPS's choice).
#include "gth_case.hpp"

#include <petscksp.h>

#include <cstdlib>

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s N [ORDERING]\n", argv[0]);
    return 2;
  }
  int none = 1;
  PetscCall(PetscInitialize(&none, &argv, nullptr, nullptr));
  const std::int32_t n = std::atoi(argv[1]);
  const escapade::Generator generator = benchmark::double_well(n, true);
  benchmark::Laps lap;
  const PetscInt cells = n * n;
  Mat matrix, factor;
  PetscCall(MatCreateSeqAIJ(PETSC_COMM_SELF, cells, cells, 5, nullptr, &matrix));
  for (PetscInt x = 0; x < cells; ++x) {
    double diagonal = generator.killing[x];
    for (std::int64_t e = generator.row_start[x]; e < generator.row_start[x + 1]; ++e) {
      diagonal += generator.rate[e];
      PetscCall(MatSetValue(matrix, x, generator.column[e], -generator.rate[e], INSERT_VALUES));
    }
    PetscCall(MatSetValue(matrix, x, x, diagonal, INSERT_VALUES));
  }
  PetscCall(MatAssemblyBegin(matrix, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(matrix, MAT_FINAL_ASSEMBLY));
  lap("assembly");
  PetscCall(MatGetFactor(matrix, MATSOLVERMUMPS, MAT_FACTOR_LU, &factor));
  if (argc > 2)
    PetscCall(MatMumpsSetIcntl(factor, 7, std::atoi(argv[2])));
  MatFactorInfo info;
  PetscCall(MatFactorInfoInitialize(&info));
  PetscCall(MatLUFactorSymbolic(factor, matrix, nullptr, nullptr, &info));
  lap("analyse");
  PetscCall(MatLUFactorNumeric(factor, matrix, &info));
  lap("factorise");
  Vec one, time;
  PetscCall(MatCreateVecs(matrix, &time, &one));
  PetscCall(VecSet(one, 1.0));
  PetscCall(MatSolve(factor, one, time));
  lap("solve");
  PetscScalar first;
  const PetscInt corner = 0;
  PetscCall(VecGetValues(time, 1, &corner, &first));
  benchmark::print_peak_memory();
  std::printf("answer %.15g\n", first);
  PetscCall(VecDestroy(&one));
  PetscCall(VecDestroy(&time));
  PetscCall(MatDestroy(&factor));
  PetscCall(MatDestroy(&matrix));
  PetscCall(PetscFinalize());
}
