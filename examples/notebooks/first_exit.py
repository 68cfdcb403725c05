# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown]
# # How long until it leaves?
#
# A particle in the double well $V = (x^2-1)^2/4 + y^2/2$ at the temperature $T$. It starts in the left well and has left
# when $x > 0$. We ask for the mean time, look at it from everywhere, and see how it depends on $T$.
#
# `escapade` must be importable: `PYTHONPATH=python jupyter lab` in the checkout.

# %%
import matplotlib.pyplot as plt
import numpy as np

import escapade

problem = dict(potential="(x^2-1)^2/4 + y^2/2", domain=[-2, 2, -2, 2], cells=[96, 96], exit="x > 0", start=[-1, 0])

# %% [markdown]
# ## One temperature

# %%
r = escapade.run("fp-exit", **problem, temperature=0.1)
print(r["mean_exit_time"])  # the exact value is 30.821302

# %% [markdown]
# The error is a promise: the true value lies within it. `extrapolated` is the limit of fine grids.

# %%
print(r["mean_exit_time"].extrapolated, "±", r["mean_exit_time"].extrapolated_error)

# %% [markdown]
# The picture that `-plot` draws: times are all but equal within the well, and fall where the way out is all but walked.

# %%
picture = r.plot("first_exit.png")
picture

# %% [markdown]
# ## A plot of our own
#
# Fields are arrays, cells along $x$ first.

# %%
tau = r.fields["mean_exit_time"]
middle = np.argmin(np.abs(r.y))
figure, axes = plt.subplots()
axes.plot(r.x, tau[:, middle])
axes.set_xlabel("$x$")
axes.set_ylabel("mean exit time from $(x, 0)$")
figure.savefig("along_the_axis.pdf")

# %% [markdown]
# ## Against the temperature
#
# Arrhenius: $\log\tau$ against $1/T$ has the slope of the barrier, here $1/4$.

# %%
table = escapade.sweep("fp-exit", over={"temperature": [0.04, 0.05, 0.065, 0.08, 0.1]}, **problem)
for T, time, error in zip(table["temperature"], table["mean_exit_time"], table["mean_exit_time_error"]):
    print(f"T = {T:5.3f}   {time:8.2f} ± {error:.2f}")
print("slope", table.fit["slope"])

# %%
arrhenius = table.plot("arrhenius.pdf")
arrhenius
