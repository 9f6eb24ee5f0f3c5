from django.urls import path

from pathways.views import assessment, career_map, cpd_plan, expertise, goal, next_step, planner, role, route

app_name = "pathways"
urlpatterns = [
    path("", career_map.career_map, name="career_map"),
    path("framework/", career_map.framework, name="framework"),
    path("next-step/", next_step.next_step, name="next_step"),
    path("planner/", planner.planner, name="planner"),
    path("teams/", career_map.teams, name="teams"),
    path("roles/<int:pk>/", role.role_detail, name="role_detail"),
    path("roles/<int:pk>/capabilities/", assessment.assessment_role, name="assessment_role"),
    path("roles/<int:pk>/goal/", goal.goal_set, name="goal_set"),
    path("goal/clear/", goal.goal_clear, name="goal_clear"),
    path("capabilities/", assessment.assessments, name="assessments"),
    path("capabilities/<int:pk>/", assessment.assessment_detail, name="assessment_detail"),
    path("capabilities/<int:pk>/share/", assessment.assessment_share, name="assessment_share"),
    path("capabilities/<int:pk>/view/", assessment.assessment_view, name="assessment_view"),
    path("routes/", route.route_list, name="route_list"),
    path("routes/<int:pk>/", route.route_detail, name="route_detail"),
    path("expertise/", expertise.expertise, name="expertise"),
    path("expertise/new/", expertise.offer_add, name="offer_add"),
    path("expertise/<int:pk>/", expertise.offer_detail, name="offer_detail"),
    path("expertise/<int:pk>/change/", expertise.offer_change, name="offer_change"),
    path("expertise/<int:pk>/pause/", expertise.offer_move, {"action": "pause"}, name="offer_pause"),
    path("expertise/<int:pk>/resume/", expertise.offer_move, {"action": "resume"}, name="offer_resume"),
    path("expertise/<int:pk>/withdraw/", expertise.offer_move, {"action": "withdraw"}, name="offer_withdraw"),
    path("expertise/<int:pk>/hide/", expertise.offer_hide, name="offer_hide"),
    path("expertise/<int:pk>/show/", expertise.offer_move, {"action": "show"}, name="offer_show"),
    path("expertise/places/<int:pk>/", expertise.place_answer, name="place_answer"),
    path("cpd/", cpd_plan.cpd_mine, name="cpd_mine"),
    path("cpd/counts/", cpd_plan.cpd_counts, name="cpd_counts"),
    path("cpd/<int:pk>/", cpd_plan.cpd_detail, name="cpd_detail"),
    path("cpd/<int:pk>/share/", cpd_plan.cpd_share, name="cpd_share"),
    path("cpd/<int:pk>/review/", cpd_plan.cpd_review, name="cpd_review"),
    path("cpd/<int:pk>/review-date/", cpd_plan.cpd_review_date, name="cpd_review_date"),
    path("cpd/<int:pk>/goals/", cpd_plan.cpd_goal, name="cpd_goal_add"),
    path("cpd/<int:pk>/goals/<int:goal>/", cpd_plan.cpd_goal, name="cpd_goal_change"),
    *(
        path(
            f"cpd/<int:pk>/goals/<int:goal>/{action.replace('_', '-')}/",
            cpd_plan.cpd_goal_move,
            {"action": action},
            name=f"cpd_{action}",
        )
        for action in cpd_plan.MOVES
    ),
    path("cpd/<int:pk>/goals/<int:goal>/actions/", cpd_plan.cpd_action, name="cpd_action_add"),
    path("cpd/<int:pk>/goals/<int:goal>/actions/<int:action>/", cpd_plan.cpd_action, name="cpd_action_change"),
    path("cpd/<int:pk>/goals/<int:goal>/actions/<int:action>/done/", cpd_plan.cpd_action_done, name="cpd_action_done"),
    path(
        "cpd/<int:pk>/goals/<int:goal>/actions/<int:action>/drop/",
        cpd_plan.cpd_action_done,
        {"is_done": False},
        name="cpd_action_drop",
    ),
]
